// What the page of a call says, in the languages that a link can ask for. Read by the simulator and by the page itself.

const LANGUAGES = ['en', 'it', 'pl', 'fr', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

interface Words {
  readonly title: string;
  readonly inCall: string;
  readonly nobody: string;
  readonly you: string;
  readonly enter: string;
  readonly leave: string;
  readonly share: string;
  readonly end: string;
  readonly controls: string;
  readonly running: string;
  readonly quiet: string;
  readonly over: string;
  readonly shared: string;
  readonly facts: string;
  readonly dead: string;
  readonly failed: string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Simulated call',
    inCall: 'In the call',
    nobody: 'Nobody is in the call.',
    you: 'you',
    enter: 'Enter the call',
    leave: 'Leave',
    share: 'Share a file',
    end: 'End for everyone',
    controls: 'Call controls',
    running: 'The call is running',
    quiet: 'The call has not begun',
    over: 'The call is over',
    shared: 'Files shared',
    facts: 'What this link says',
    dead: 'This link is no longer valid',
    failed: 'The simulator does not answer',
  },
  it: {
    title: 'Chiamata simulata',
    inCall: 'Nella chiamata',
    nobody: 'Nella chiamata non c’è nessuno.',
    you: 'tu',
    enter: 'Entra nella chiamata',
    leave: 'Esci',
    share: 'Condividi un file',
    end: 'Termina per tutti',
    controls: 'Comandi della chiamata',
    running: 'La chiamata è in corso',
    quiet: 'La chiamata non è iniziata',
    over: 'La chiamata è terminata',
    shared: 'File condivisi',
    facts: 'Che cosa dice questo link',
    dead: 'Questo link non è più valido',
    failed: 'Il simulatore non risponde',
  },
  pl: {
    title: 'Symulowana rozmowa',
    inCall: 'W rozmowie',
    nobody: 'W rozmowie nikogo nie ma.',
    you: 'ty',
    enter: 'Dołącz do rozmowy',
    leave: 'Wyjdź',
    share: 'Udostępnij plik',
    end: 'Zakończ dla wszystkich',
    controls: 'Sterowanie rozmową',
    running: 'Rozmowa trwa',
    quiet: 'Rozmowa się nie rozpoczęła',
    over: 'Rozmowa zakończona',
    shared: 'Udostępnione pliki',
    facts: 'Co mówi ten link',
    dead: 'Ten link stracił ważność',
    failed: 'Symulator nie odpowiada',
  },
  fr: {
    title: 'Appel simulé',
    inCall: 'Dans l’appel',
    nobody: 'Personne n’est dans l’appel.',
    you: 'vous',
    enter: 'Rejoindre l’appel',
    leave: 'Quitter',
    share: 'Partager un fichier',
    end: 'Terminer pour tous',
    controls: 'Commandes de l’appel',
    running: 'L’appel est en cours',
    quiet: 'L’appel n’a pas commencé',
    over: 'L’appel est terminé',
    shared: 'Fichiers partagés',
    facts: 'Ce que dit ce lien',
    dead: 'Ce lien n’est plus valable',
    failed: 'Le simulateur ne répond pas',
  },
  de: {
    title: 'Simulierter Anruf',
    inCall: 'Im Anruf',
    nobody: 'Niemand ist im Anruf.',
    you: 'Sie',
    enter: 'Anruf beitreten',
    leave: 'Verlassen',
    share: 'Datei teilen',
    end: 'Für alle beenden',
    controls: 'Steuerung des Anrufs',
    running: 'Der Anruf läuft',
    quiet: 'Der Anruf hat nicht begonnen',
    over: 'Der Anruf ist beendet',
    shared: 'Geteilte Dateien',
    facts: 'Was dieser Link sagt',
    dead: 'Dieser Link gilt nicht mehr',
    failed: 'Der Simulator antwortet nicht',
  },
};

export const languageOf = (text: string): Language => LANGUAGES.find(language => language === text) ?? 'en';
