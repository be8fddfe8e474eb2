// PouchDB's own server, on LevelDB in a folder of its own.
import express from "express";
import expressPouchdb from "express-pouchdb";
import PouchDB from "pouchdb";

const [folder, port] = process.argv.slice(2);
const options = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: `${folder}/log` };
const app = express();
app.use("/", expressPouchdb(PouchDB.defaults({ prefix: `${folder}/` }), options));
app.listen(Number(port), "127.0.0.1");
