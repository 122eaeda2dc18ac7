/** serverless.yml as plain data: merge keys applied, CloudFormation's short tags written out in their long form. */
import { isScalar, type Node, Pair, parseDocument, Scalar, visit, YAMLMap } from 'yaml';

/** `!GetAtt A.B` becomes `{ 'Fn::GetAtt': 'A.B' }`, so that whoever needs a plain value sees that this is none. */
export function parseYaml(text: string, name: string): unknown {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error) throw new Error(`${name} is not valid YAML: ${error.message}`);
  visit(document, {
    Scalar: (key, node) => (key === 'key' ? undefined : inLongForm(node)),
    Collection: (_key, node) => inLongForm(node),
  });
  return document.toJS({ maxAliasCount: -1 });
}

function inLongForm(node: Node & { tag?: string; anchor?: string }): Node | undefined {
  const { tag } = node;
  if (!tag?.startsWith('!') || tag.startsWith('!!')) return undefined;
  const name = tag.slice(1);
  const intrinsic = new YAMLMap<Scalar, Node>();
  if (node.anchor) intrinsic.anchor = node.anchor;
  delete node.anchor;
  delete node.tag;
  // An unknown tag leaves the text of the scalar, so numbers and booleans under it stay what was written.
  if (isScalar(node)) node.value = node.source ?? node.value;
  intrinsic.add(new Pair(new Scalar(name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`), node));
  return intrinsic;
}
