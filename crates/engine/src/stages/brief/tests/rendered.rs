//! What the renderer makes of claims is held byte for byte, under its version.
//!
//! Bodies are made again to be compared with what was sent, so that other bytes need another version.
//! `BLESS=1` writes the file of a version that has none; it rewrites none.

use std::fs;
use std::path::PathBuf;

use domain::{DeliveryId, SignalId};
use rules::destinations::Part;

use super::{quote_story, random};
use crate::as_of::AsOf;
use crate::stages::brief;
use crate::test_account::{self, AccountBuilder};
use crate::view::{RENDERER, delivery_body};

fn golden(version: u16) -> PathBuf {
    let name = format!("golden/body-{version}.json");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn body(made: &AccountBuilder, handoff: domain::HandoffId) -> Vec<u8> {
    let (folded, strategy) = (made.handoff(handoff, AsOf::Latest), test_account::strategy());
    let draft = brief::draft(folded.get(), &strategy);
    let delivery = DeliveryId::caused_by(&[handoff.bytes()]);
    let step = test_account::step("tell the CRM", vec![Part::Handoff, Part::Brief]);
    delivery_body(folded.get(), &strategy, delivery, (&step, None), Some(&draft))
}

/// One body as it is, and a digest of many.
fn rendered() -> String {
    let (made, handoff, _) = quote_story();
    let shown = String::from_utf8(body(&made, handoff)).expect("JSON");
    let many = (0..60).flat_map(|seed| {
        let (made, handoff) = random(seed);
        body(&made, handoff)
    });
    let many: Vec<u8> = many.collect();
    format!("{shown}\n{}\n", SignalId::caused_by(&[&many]))
}

#[test]
fn a_body_in_other_bytes_has_a_renderer_of_a_higher_version() {
    let (path, rendered) = (golden(RENDERER), rendered());
    if std::env::var_os("BLESS").is_some() && !path.exists() {
        fs::write(&path, &rendered).expect("it is written");
    }
    let golden = fs::read_to_string(&path).expect("each version has its file: run with BLESS=1");
    assert_eq!(
        rendered, golden,
        "bodies come out in other bytes: raise RENDERER in view/delivery.rs, then run with BLESS=1"
    );
}

#[test]
fn each_version_of_the_renderer_has_bytes_of_its_own() {
    let files: Vec<String> = (1..=RENDERER)
        .map(|version| fs::read_to_string(golden(version)).expect("a version's file stays"))
        .collect();
    for (at, file) in files.iter().enumerate() {
        assert!(!files[at + 1..].contains(file), "version {} changed nothing", at + 1);
    }
    assert!(!golden(RENDERER + 1).exists(), "a file of a version that there is not");
}
