//! The page of a handoff says what is to be done now, to whoever may do it, and nothing of what is over.

use serde_json::json;

use crate::house::{House, quote};
use crate::sign_in::{Browser, demo};

/// A value of the first form that has it.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("a form");
    rest.split('"').next().expect("a value").to_owned()
}

fn act(browser: &mut Browser, handoff: &str, verb: &str, more: &str) {
    let page = browser.open(&format!("/h/{handoff}")).text();
    let form = format!("csrf={}&version={}{more}", field(&page, "csrf"), field(&page, "version"));
    let done = browser.post(&format!("/h/{handoff}/{verb}"), &form);
    assert_eq!(done.status, 303, "{}", done.text());
}

fn page(browser: &mut Browser, handoff: &str) -> String {
    let shown = browser.open(&format!("/h/{handoff}"));
    assert_eq!(shown.status, 200, "{}", shown.text());
    shown.text()
}

/// The lead of Ada works that went to Ann, and the other one.
fn two_of_one_company(house: &House) -> (String, String) {
    let ada = house.handoff("ada");
    let mut other = quote("bea");
    other["data"]["email"] = json!("bea@ada-works.example");
    other["data"]["company"] = quote("ada")["data"]["company"].clone();
    let reply = house.event("?wait=decision&timeout_ms=10000", &other);
    let bea = reply.json()["handoff"].as_str().expect("a handoff").to_owned();
    let owner = |id: &str| house.get(&format!("/v1/handoffs/{id}")).json()["owner"]["id"].clone();
    assert_ne!(owner(&ada), owner(&bea), "two members take turns");
    if owner(&ada) == "ann" { (ada, bea) } else { (bea, ada) }
}

#[test]
fn the_page_says_what_is_next_and_forgets_a_deadline_that_was_met() {
    let house = demo();
    let (mine, other) = two_of_one_company(&house);
    let mut ann = Browser::signed_in(&house, "rep");
    let shown = page(&mut ann, &mine);
    assert!(shown.contains("Next: accept or reject it, by "), "{shown}");
    assert!(shown.contains("href=\"mailto:"), "an address leads to a letter: {shown}");
    assert!(shown.contains("rel=\"noopener noreferrer nofollow\""), "{shown}");
    // What else is open there, with whom and why, is for who sees both: what Bob has is not Ann's to see.
    assert!(!shown.contains(&format!("/h/{other}")), "{shown}");
    assert!(!shown.contains("Also open at this account"), "{shown}");
    let shown = page(&mut Browser::signed_in(&house, "manager"), &mine);
    assert!(shown.contains(&format!("href=\"/h/{other}\"")), "{shown}");
    assert!(shown.contains("Also open at this account") && shown.contains("with Bob"), "{shown}");
    assert!(shown.contains("because route "), "{shown}");

    act(&mut ann, &mine, "accept", "");
    let shown = page(&mut ann, &mine);
    assert!(!shown.contains("Accept by"), "it was accepted: {shown}");
    assert!(shown.contains("Next: get in touch"), "{shown}");
    assert!(shown.contains("data-key=\"Z\"") && shown.contains("class=\"left\""), "{shown}");
    let inbox = ann.open("/inbox").text();
    assert!(inbox.contains("Next: </span>") || inbox.contains("Next: get in touch"), "{inbox}");
}

#[test]
fn a_refused_lead_shows_why_and_neither_a_deadline_nor_a_snooze() {
    let house = demo();
    let (mine, _) = two_of_one_company(&house);
    let mut ann = Browser::signed_in(&house, "rep");
    assert!(page(&mut ann, &mine).contains("/snooze\""));
    act(&mut ann, &mine, "reject", "&reason=wrong-territory&note=moved+to+Lyon");
    let shown = page(&mut ann, &mine);
    assert!(!shown.contains("/snooze\"") && !shown.contains("min left"), "{shown}");
    assert!(shown.contains("it passes on to the next at "), "{shown}");
    let said = |shown: &str| {
        let (_, said) = shown.split_once("What was said").expect("it stands above the brief");
        said.split("</ul>").next().expect("its end").to_owned()
    };
    assert!(said(&shown).contains("Rejected by Ann: "), "{shown}");
    assert!(said(&shown).contains("<blockquote>moved to Lyon</blockquote>"), "{shown}");
    // Marketing reads the reason. Words may name somebody, and here no purpose lets marketing read names.
    let shown = page(&mut Browser::signed_in(&house, "marketer"), &mine);
    assert!(said(&shown).contains("Rejected by Ann: "), "{shown}");
    assert!(!shown.contains("moved to Lyon") && !shown.contains("mailto:"), "{shown}");
}
