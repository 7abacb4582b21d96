//! How much may wait, which parts are missing, and that a file comes out as it went in.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::sync::Arc;

use domain::{ImportId, KeyId, Moment, Span};
use store::chance::Chance;
use store::sqlite::{SqliteStore, UploadFile};

use super::{FILE_BYTES_MAX, PART_BYTES, UploadHead, Uploads};
use crate::auth::credential::Credential;
use crate::service::setback::Setback;

/// No import was taken back.
const NONE: &BTreeSet<ImportId> = &BTreeSet::new();
const MAP: &str =
    "source: crm\nfiles:\n  \"*.csv\": { kind: lead.created, subject: { email: mail } }\n";

fn uploads() -> (tempfile::TempDir, SqliteStore, Arc<Uploads>) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("data"), Chance::seeded(7)).expect("a store");
    let uploads = Uploads::default();
    uploads.keep_in(UploadFile::open(&folder.path().join("data")).expect("its uploads"));
    (folder, store, Arc::new(uploads))
}

fn head(file: &str) -> UploadHead {
    UploadHead {
        file: file.to_owned(),
        map: "crm".to_owned(),
        map_text: MAP.to_owned(),
        contents: [7; 32],
        by: Credential::Key(KeyId::from_bytes([1; 10])),
    }
}

fn code(refused: Result<super::Upload, Setback>) -> &'static str {
    match refused {
        Err(Setback::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_comes_in_parts_in_any_order_and_out_in_one_piece() {
    let (_folder, _store, uploads) = uploads();
    let whole: Vec<u8> = (0..PART_BYTES + 1_000).map(|at| (at % 251) as u8).collect();
    let now = Moment(0);
    let upload = uploads.begin(&head("leads.csv"), whole.len() as u64, NONE, now).expect("begun");
    assert_eq!((upload.parts(), upload.missing()), (2, vec![1, 2]));
    let (first, second) = whole.split_at(PART_BYTES);
    assert_eq!(code(uploads.put(upload.import, 2, first, now)), "upload-unfit");
    assert_eq!(code(uploads.put(upload.import, 3, second, now)), "upload-unfit");
    assert_eq!(code(uploads.put(upload.import, 0, second, now)), "upload-unfit");
    let half = uploads.put(upload.import, 2, second, now).expect("kept");
    assert_eq!((half.missing(), half.is_whole()), (vec![1], false));
    // Whoever begins it again is told what is missing.
    let again = uploads.begin(&head("leads.csv"), whole.len() as u64, NONE, now).expect("known");
    assert_eq!(again, half);
    assert!(uploads.put(upload.import, 1, first, now).expect("kept").is_whole());
    let mut read = Vec::new();
    uploads.read(&upload).read_to_end(&mut read).expect("read");
    assert!(read == whole);
    uploads.discard(upload.import).expect("gone");
    assert!(uploads.read(&upload).read_to_end(&mut read).is_err());
    assert_eq!(code(uploads.put(upload.import, 1, first, now)), "import-missing");
}

#[test]
fn what_is_too_large_or_no_map_is_refused_before_a_byte_of_it_came() {
    let (_folder, _store, uploads) = uploads();
    let now = Moment(0);
    assert_eq!(
        code(uploads.begin(&head("a.csv"), FILE_BYTES_MAX + 1, NONE, now)),
        "upload-too-large"
    );
    for name in ["a.csv", "b.csv"] {
        uploads.begin(&head(name), FILE_BYTES_MAX, NONE, now).expect("there is room");
    }
    assert_eq!(code(uploads.begin(&head("c.csv"), 1, NONE, now)), "upload-too-large");
    let wrong = UploadHead { map_text: "source: [".to_owned(), ..head("d.csv") };
    assert_eq!(code(uploads.begin(&wrong, 1, NONE, now)), "upload-unfit");
    assert_eq!(code(uploads.begin(&head("a\u{7}.csv"), 1, NONE, now)), "upload-unfit");
    // A day later they are gone, and there is room.
    let later = now + Span::days(1) + Span::SECOND;
    uploads.begin(&head("c.csv"), 1, NONE, later).expect("there is room again");
    let names: Vec<String> =
        uploads.list(later).expect("a list").into_iter().map(|upload| upload.head.file).collect();
    assert_eq!(names, ["c.csv"]);
}
