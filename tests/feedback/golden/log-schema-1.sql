-- A log as version 1 of the schema left it. Made once, read for ever.
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'wardvoice.log','answers_and_identity','2026-11-22 02:37:27.163173+00:00');
CREATE TABLE acknowledged (
            day  TEXT PRIMARY KEY,
            have INTEGER NOT NULL
        );
INSERT INTO "acknowledged" VALUES('2026-03-01',3);
CREATE TABLE answers (
            seq         INTEGER PRIMARY KEY AUTOINCREMENT,
            device      TEXT NOT NULL,
            response    TEXT NOT NULL,
            survey      TEXT NOT NULL,
            question    TEXT NOT NULL,
            value       TEXT NOT NULL,
            ward        TEXT NOT NULL,
            mode        TEXT NOT NULL,
            answered_at TEXT NOT NULL
        );
INSERT INTO "answers" VALUES(2,'56475aa75463474c0285df5dbf2bcab7','0193b1d4-5c00-7000-8000-000000000001','inpatient@1','fft','poor','W1','kiosk','2026-11-22T08:00:00.002Z');
INSERT INTO "answers" VALUES(3,'56475aa75463474c0285df5dbf2bcab7','0193b1d4-5c00-7000-8000-00000000000f','inpatient@1','better','seal1.key-1.QUJD','W1','kiosk','2026-11-22T08:00:00.003Z');
INSERT INTO "answers" VALUES(4,'56475aa75463474c0285df5dbf2bcab7','0193b1d4-5c00-7000-8000-000000000001','inpatient@1','fft','good','W1','kiosk','2026-11-22T08:00:00.004Z');
INSERT INTO "answers" VALUES(5,'56475aa75463474c0285df5dbf2bcab7','0193b1d4-5c00-7000-8000-000000000001','inpatient@1','fft','','W1','kiosk','2026-11-22T08:00:00.005Z');
CREATE TABLE device (
            ordinal INTEGER PRIMARY KEY,
            id      TEXT NOT NULL UNIQUE,
            seed    BLOB NOT NULL CHECK (length(seed) = 32),
            begins  INTEGER NOT NULL
        );
INSERT INTO "device" VALUES(1,'56475aa75463474c0285df5dbf2bcab7',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F',1);
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "notes" VALUES('central','https://wardvoice.example');
CREATE TABLE watermark (
            one       INTEGER PRIMARY KEY CHECK (one = 1),
            have      INTEGER NOT NULL DEFAULT 0,
            purged_to INTEGER NOT NULL DEFAULT 0,
            fell_at   TEXT NOT NULL DEFAULT ''
        );
INSERT INTO "watermark" VALUES(1,3,1,'');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX answers_of_response ON answers (response);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('answers',5);
COMMIT;
