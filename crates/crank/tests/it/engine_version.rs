//! What the engine decides under its version is pinned: whoever changes a decision raises the version.
//!
//! A file for each version holds what a played office came to. `BLESS=1` writes that of the present version
//! where there is none; the files of older versions stay.

use std::fmt::Write;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use domain::errand::Answer;
use domain::handoff::{MemberId, Owner};
use domain::reason::Code;
use domain::signal::IdentifierKind::{Cookie, Email, Phone};
use domain::{HandoffId, Span};
use engine::VERSION;
use engine::event::Deed;
use sha2::{Digest, Sha256};
use store::chance::Chance;
use store::sqlite::{DATABASE, KEYS, MASTER_KEY, SECOND_HEAD, SqliteStore};

use crate::office::{Office, by_ann};

fn file(version: u16) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/engine-{version}.txt"))
}

/// Leads that are handed off, taken, refused, left lying, held, merged and worked to an end.
fn played() -> Office {
    let mut office = Office::open();
    let asks = |office: &mut Office, who: &str| -> Option<HandoffId> {
        office.does("page.viewed", &[(Email, who), (Cookie, who)]);
        office.does("form.submitted", &[(Email, who)]).handoff
    };
    let handoffs: Vec<HandoffId> =
        ["ada@acme.com", "bea@initech.com", "cyd@gmail.com", "dan@acme.com", "eve@globex.com"]
            .into_iter()
            .filter_map(|who| asks(&mut office, who))
            .collect();
    assert!(handoffs.len() >= 4, "{handoffs:?}");
    let answer = Answer::Delivered { status: Some(200) };
    office.deliver(|_| answer.clone());
    let Owner::Person(owner) = office.handoff(handoffs[0]).owner else { panic!("nobody has it") };
    office.act(handoffs[0], Deed::Accept { note: None, member: Some(owner), by: Some(by_ann()) });
    office.act(handoffs[1], Deed::Reject { note: None, reason: Code::NotNow, by: Some(by_ann()) });
    let kim = Owner::Person(MemberId("kim".into()));
    let reassigned =
        office.try_act(handoffs[2], Deed::Reassign { note: None, to: kim, by: Some(by_ann()) });
    drop(reassigned);
    office.later(Span::minutes(30)).does("page.viewed", &[(Phone, "+493090182000")]);
    office.does("page.viewed", &[(Phone, "+493090182000"), (Email, "ada@acme.com")]);
    office.wait_until(office.now + Span::days(2));
    office.deliver(|_| answer.clone());
    office
}

/// A line for each entry: what it is about, its kinds of facts, and what all of them say.
fn told(office: &Office) -> String {
    let mut told = String::new();
    for stored in office.entries() {
        let header = &stored.entry.header;
        let kinds: Vec<&str> = stored.entry.facts.iter().map(domain::fact::Fact::kind).collect();
        let says = serde_json::to_vec(&stored.entry.facts).expect("facts are JSON");
        let says = Sha256::digest(says);
        writeln!(
            told,
            "{} {:?} {} {} {:02x}{:02x}{:02x}{:02x}",
            stored.position.0,
            header.aggregate,
            header.moment,
            kinds.join("+"),
            says[0],
            says[1],
            says[2],
            says[3],
        )
        .expect("a text");
    }
    told
}

#[test]
fn found_version_what_the_engine_decides_under_its_version_is_pinned() {
    let (told, path) = (told(&played()), file(VERSION));
    if std::env::var_os("BLESS").is_some() && !path.exists() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("makes it");
        fs::write(&path, &told).expect("writes");
    }
    let golden = fs::read_to_string(&path).expect("the version has a file; run with BLESS=1");
    for (golden, told) in golden.lines().zip(told.lines()) {
        assert_eq!(told, golden, "the engine decides otherwise: raise `engine::VERSION`");
    }
    assert_eq!(told.lines().count(), golden.lines().count(), "raise `engine::VERSION`");
    assert!(told.lines().count() > 60, "{}", told.lines().count());
}

/// The golden folder was written by some version; turns of the present one are taken again.
#[test]
fn found_version_turns_of_the_golden_folder_are_taken_again() {
    let home = tempfile::tempdir().expect("a folder");
    let data = home.path().join("data");
    fs::create_dir(&data).expect("makes it");
    fs::set_permissions(&data, Permissions::from_mode(0o700)).expect("ours");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/golden/folder-2");
    for name in [DATABASE, KEYS, MASTER_KEY, SECOND_HEAD] {
        fs::copy(golden.join(name), data.join(name)).expect("copies");
        fs::set_permissions(data.join(name), Permissions::from_mode(0o600)).expect("ours");
    }
    let store = SqliteStore::open(&data, Chance::seeded(9)).expect("opens");
    let checked = crank::check(store, store::Position(1), &mut |_| {}).expect("checks");
    assert_eq!(checked.different, 0, "{:#?}", checked.first);
    assert!(checked.turns + checked.other_versions > 20, "{checked:#?}");
}
