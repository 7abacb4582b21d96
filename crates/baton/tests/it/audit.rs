//! The audit as an auditor meets it: who did what, by what they ask for, and whether the journal is what was written.

use crate::house::House;
use crate::sign_in::{Browser, demo};

/// A house in which Ann has accepted a lead by its page.
fn accepted() -> (House, String) {
    let house = demo();
    for who in ["ada", "ben"] {
        let handoff = house.handoff(who);
        if house.get(&format!("/v1/handoffs/{handoff}")).json()["owner"]["id"] == "ann" {
            let mut ann = Browser::signed_in(&house, "rep");
            let (token, page) = (ann.form_token(), ann.open(&format!("/h/{handoff}")).text());
            let (_, rest) = page.split_once("name=\"version\" value=\"").expect("a form");
            let version = rest.split('"').next().expect("a version");
            let form = format!("csrf={token}&version={version}");
            assert_eq!(ann.post(&format!("/h/{handoff}/accept"), &form).status, 303);
            return (house, handoff);
        }
    }
    panic!("neither of two leads went to Ann");
}

#[test]
fn an_auditor_finds_who_accepted_a_lead_and_who_read_its_people() {
    let (house, handoff) = accepted();
    let mut auditor = Browser::signed_in(&house, "auditor");
    let page = auditor.open(&format!("/audit?handoff={handoff}")).text();
    assert!(page.contains("moved to accepted"), "{page}");
    assert!(page.contains("href=\"/audit?by=ann\""), "all that Ann did is a link away: {page}");
    assert!(!page.contains("read personal data"), "only what is about the lead: {page}");
    let readings = auditor.open("/audit?kind=unsealed").text();
    assert!(readings.contains("read personal data of account"), "{readings}");
    assert!(!readings.contains("moved to accepted"), "{readings}");
    let nobody = auditor.open("/audit?by=nobody").text();
    assert!(nobody.contains("No deed is found here"), "{nobody}");

    // The API tells the same, in pages.
    let deeds = house.get_as("audit", &format!("/v1/audit?handoff={handoff}&by=ann")).json();
    assert_eq!(deeds["deeds"][0]["kind"], "handoff-moved", "{deeds}");
    assert_eq!(deeds["deeds"][0]["by"]["id"], "ann", "{deeds}");
    let first = house.get_as("audit", "/v1/audit?limit=1").json();
    let next = first["next"].as_str().expect("there is more");
    let second = house.get_as("audit", &format!("/v1/audit?limit=1&cursor={next}")).json();
    let position =
        |page: &serde_json::Value| page["deeds"][0]["position"].as_u64().expect("a place");
    assert!(position(&second) < position(&first), "{first} {second}");
    assert_eq!(house.get_as("audit", "/v1/audit?kind=dreamt").status, 400);
}

#[test]
fn users_are_told_and_asked_for_by_what_they_are_called() {
    let (house, handoff) = accepted();
    let (mut revops, mut auditor) =
        (Browser::signed_in(&house, "revops"), Browser::signed_in(&house, "auditor"));
    assert!(revops.open(&format!("/h/{handoff}")).status == 200);
    let readings = auditor.open("/audit?kind=unsealed").text();
    assert!(readings.contains("Some &lt;revops&gt;") && !readings.contains(">u-"), "{readings}");
    let (_, rest) =
        readings.split_once("href=\"/audit?by=u-").expect("all that they did is a link away");
    let id = format!("u-{}", rest.split('"').next().expect("an id"));
    let theirs = auditor.open(&format!("/audit?by={id}")).text();
    assert!(theirs.contains("by Some &lt;revops&gt;"), "what it is narrowed to: {theirs}");
    let named = auditor.open("/audit?by=some+%3CREVOPS%3E").text();
    for page in [&theirs, &named] {
        assert!(
            page.contains("read personal data") && !page.contains("moved to accepted"),
            "{page}"
        );
    }
    let ann = auditor.open("/audit?by=nobody%40acme.example").text();
    assert!(ann.contains("No deed is found here"), "{ann}");
}

#[test]
fn the_journal_is_looked_through_from_the_page() {
    let (house, _) = accepted();
    let mut auditor = Browser::signed_in(&house, "auditor");
    let form = format!("csrf={}", auditor.form_token());
    let sound = auditor.post("/audit/verify", &form).text();
    assert!(sound.contains("It is what was written."), "{sound}");
    let asked = house.post("/v1/audit/verify", &[("authorization", "Bearer key-audit")], b"");
    assert_eq!(asked.json()["sound"], true, "{}", asked.text());
    assert_eq!(auditor.post("/audit/verify", "csrf=x").status, 403, "without its token");
}

#[test]
fn to_everybody_else_the_audit_is_not_there() {
    let (house, _) = accepted();
    for role in ["rep", "manager", "marketer", "revops", "leader", "admin"] {
        let mut browser = Browser::signed_in(&house, role);
        assert_eq!(browser.open("/audit").status, 404, "{role}");
        assert!(!browser.open("/search").text().contains("href=\"/audit\""), "{role}");
    }
}
