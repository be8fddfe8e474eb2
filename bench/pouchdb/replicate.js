// Answers, one a document, into a local PouchDB and from there to the server. Prints how
// long the replication took, without the start of this program, and how many arrived.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import PouchDB from "pouchdb";

const BATCH = 1000;
const [answers, folder, url] = process.argv.slice(2);
const local = new PouchDB(folder);

let documents = [];
for await (const line of createInterface({ input: createReadStream(answers) })) {
  documents.push(JSON.parse(line));
  if (documents.length === BATCH) await local.bulkDocs(documents.splice(0));
}
await local.bulkDocs(documents);

const began = performance.now();
const done = await local.replicate.to(url, { batch_size: BATCH });
const seconds = (performance.now() - began) / 1000;
if (!done.ok || done.doc_write_failures) throw new Error(JSON.stringify(done));
const { doc_count: kept } = await new PouchDB(url).info();
console.log(JSON.stringify({ seconds, kept }));
await local.close();
