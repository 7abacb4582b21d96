use std::fs;

use domain::handoff::MemberId;
use domain::{HandoffId, Moment};

use super::{ACCEPT_LINKS, AcceptLinkFile, AcceptLinkRow};

const NOW: Moment = Moment(1_790_000_000_000_000);

fn row(byte: u8, expires: i64) -> AcceptLinkRow {
    AcceptLinkRow {
        hash: [byte; 32],
        handoff: HandoffId::caused_by(&[&[byte]]),
        version: u64::from(byte),
        member: MemberId("ann".into()),
        expires: Moment(NOW.0 + expires),
    }
}

#[test]
fn an_address_is_found_until_it_is_used_or_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = AcceptLinkFile::open(folder.path()).expect("it begins");
    let (soon, late) = (row(1, 10), row(2, 1_000));
    for link in [&soon, &late] {
        file.put(link, NOW).expect("kept");
    }
    drop(file);
    let mut file = AcceptLinkFile::open(folder.path()).expect("it opens");
    assert_eq!(file.find(&soon.hash, NOW).expect("a look"), Some(soon.clone()));
    assert_eq!(file.find(&soon.hash, soon.expires).expect("a look"), None, "it is over");
    assert!(file.remove(&late.hash).expect("used"));
    assert!(!file.remove(&late.hash).expect("used"), "once");
    assert_eq!(file.find(&late.hash, NOW).expect("a look"), None);
    file.put(&row(3, 5_000), soon.expires).expect("kept");
    assert!(!file.remove(&soon.hash).expect("a look"), "what is over is not kept");
}

#[test]
fn a_copy_of_the_file_opens_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(ACCEPT_LINKS);
    let mut file = AcceptLinkFile::open(folder.path()).expect("it begins");
    file.put(&row(1, 10), NOW).expect("kept");
    drop(file);
    let found = || {
        let file = AcceptLinkFile::open(folder.path()).expect("it opens");
        file.find(&[1; 32], NOW).expect("a look").is_some()
    };
    assert!(found(), "it is there to begin with");
    let copy = folder.path().join("copy");
    fs::copy(&path, &copy).expect("copied");
    fs::rename(&copy, &path).expect("put back");
    assert!(!found());
}
