import { build } from 'esbuild';
const r = await build({entryPoints:['functions/get-teleconsultation.ts'],bundle:true,minify:true,format:'esm',platform:'node',target:'node24',mainFields:['module','main'],metafile:true,write:false,outdir:'/tmp/x'});
const v=Object.values(r.metafile.outputs)[0];
for (const [i,x] of Object.entries(v.inputs).filter(([i])=>i.includes('zod')).sort((a,b)=>b[1].bytesInOutput-a[1].bytesInOutput)) if (x.bytesInOutput>300) console.log(i.replace(/.*node_modules\//,''), x.bytesInOutput);
