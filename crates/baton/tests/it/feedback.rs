//! Feedback on the claims of a brief: by page and API, beside the claim, in the reasons and in the figures.

use serde_json::{Value, json};

use crate::house::{House, Reply};
use crate::sign_in::{Browser, demo};

const REVOPS: [(&str, &str); 2] =
    [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];

fn owner(house: &House, handoff: &str) -> String {
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    shown["owner"]["id"].as_str().unwrap().to_owned()
}

fn says(house: &House, handoff: &str, key: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {key}");
    let headers = [("Authorization", bearer.as_str()), REVOPS[1]];
    let path = format!("/v1/handoffs/{handoff}/feedback");
    house.post(&path, &headers, body.to_string().as_bytes())
}

fn brief(house: &House, handoff: &str) -> Value {
    house.get(&format!("/v1/handoffs/{handoff}/brief")).json()
}

/// What is said of a claim, and by whom.
fn said_of(brief: &Value, claim: &Value) -> Vec<(String, String)> {
    let said = brief["feedback"].as_array().cloned().unwrap_or_default();
    let of_claim = said.iter().filter(|one| one["claim"] == *claim);
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    of_claim.map(|one| (text(one, "feedback"), text(one, "by"))).collect()
}

#[test]
fn what_a_reader_says_of_a_claim_stands_beside_it_and_the_last_counts() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let owner = owner(&house, &handoff);
    let (key, name) = (format!("key-of-{owner}"), if owner == "ann" { "Ann" } else { "Bob" });
    let before = brief(&house, &handoff);
    let claims = before["claims"].as_array().unwrap();
    let numbers: Vec<u64> = claims.iter().map(|claim| claim["claim"].as_u64().unwrap()).collect();
    assert!(numbers.iter().all(|number| (1..=numbers.len() as u64).contains(number)), "{before}");
    let field = claims.iter().find(|claim| claim["section"] == "who").unwrap();
    let (claim, number) = (&field["claim"], &before["brief"]);
    let wrong = json!({ "claim": claim, "brief": number, "feedback": "wrong", "note": "left <b>" });
    for (body, expected) in
        [(&json!({ "claim": claim, "feedback": "right" }), "right"), (&wrong, "wrong")]
    {
        let done = says(&house, &handoff, &key, body);
        assert_eq!(done.status, 200, "{}", done.text());
        let shown = brief(&house, &handoff);
        assert_eq!(said_of(&shown, claim), [(expected.to_owned(), name.to_owned())]);
    }
    // RevOps is another reader.
    let done =
        says(&house, &handoff, "key-revops", &json!({ "claim": claim, "feedback": "stale" }));
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(said_of(&brief(&house, &handoff), claim).len(), 2);
    let undo = format!("/v1/handoffs/{handoff}/undo");
    assert_eq!(house.post(&undo, &REVOPS, b"{}").status, 200);
    let shown = brief(&house, &handoff);
    assert_eq!(
        said_of(&shown, claim),
        [("wrong".to_owned(), name.to_owned())],
        "that was taken back"
    );
    assert_eq!(shown["claims"], before["claims"], "the claims say what they said");
    assert_eq!(said_of(&shown, claim).len(), 1);
    let why = house.get(&format!("/v1/handoffs/{handoff}/why?format=text")).text();
    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(why.contains(&format!("claim {claim} of the brief is wrong, said by {name}")), "{why}");
    assert!(why.contains("“left <b>”"), "{why}");
    let narrow = house.get(&format!("/v1/handoffs/{handoff}/brief?for=auditor")).text();
    assert!(!narrow.contains("left <b>"), "words are for whoever may read personal data: {narrow}");
    let bodies = std::fs::read_to_string(house.folder.path().join("crm.jsonl")).unwrap();
    assert!(
        !bodies.contains("feedback") && !bodies.contains("\"claim\":"),
        "what is sent is as it was"
    );
    let counted = house.get("/v1/feedback").json();
    let one = &counted["claims"][0];
    assert_eq!((&one["wrong"], &one["right"], &one["stale"]), (&json!(1), &json!(0), &json!(0)));
    assert_eq!(
        (&one["claim"], &one["source"]),
        (&json!("person-field"), &json!("web")),
        "{counted}"
    );
    assert_eq!(one["handoffs"], json!([handoff]));
    assert_eq!(house.get_as("read", "/v1/feedback").problem(403), "scope-missing");
}

#[test]
fn what_is_no_claim_of_the_present_brief_is_refused() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let had = owner(&house, &handoff);
    let other = if had == "ann" { "bob" } else { "ann" };
    let (key, number) = (format!("key-of-{had}"), brief(&house, &handoff)["brief"].clone());
    let missing = json!({ "feedback": "missing", "note": "which product" });
    for (body, status, code) in [
        (json!({ "claim": 99, "feedback": "wrong" }), 422, "claim-missing"),
        (json!({ "feedback": "wrong" }), 422, "feedback-unfit"),
        (json!({ "claim": 1, "feedback": "missing" }), 422, "feedback-unfit"),
        (json!({ "claim": 1, "feedback": "odd" }), 422, "feedback-unfit"),
        (json!({ "claim": 0, "feedback": "wrong" }), 422, "claim-missing"),
    ] {
        assert_eq!(says(&house, &handoff, &key, &body).problem(status), code, "{body}");
    }
    let foreign = says(&house, &handoff, &format!("key-of-{other}"), &missing);
    assert_eq!(foreign.problem(404), "handoff-missing", "nobody sees what another rep has");
    assert_eq!(says(&house, &handoff, &key, &missing).status, 200);
    assert_eq!(said_of(&brief(&house, &handoff), &Value::Null).len(), 1);
    let given = house.post(
        &format!("/v1/handoffs/{handoff}/reassign"),
        &REVOPS,
        json!({ "owner": other }).to_string().as_bytes(),
    );
    assert_eq!(given.status, 200, "{}", given.text());
    let late = json!({ "claim": 1, "brief": number, "feedback": "wrong" });
    assert_eq!(says(&house, &handoff, "key-revops", &late).problem(409), "brief-past");
    assert!(
        brief(&house, &handoff)["feedback"].is_null(),
        "the next owner has a brief of their own"
    );
}

#[test]
fn the_page_takes_feedback_and_shows_it_and_revops_sees_what_is_called_wrong() {
    let house = demo();
    let handoff = ["ada", "ben"]
        .map(|who| house.handoff(who))
        .into_iter()
        .find(|handoff| owner(&house, handoff) == "ann")
        .unwrap();
    let mut ann = Browser::signed_in(&house, "rep");
    let token = ann.form_token();
    let page = ann.open(&format!("/h/{handoff}")).text();
    assert!(page.contains("Which sentence") && page.contains("name=\"claim\""), "{page}");
    let (_, rest) = page.split_once("name=\"brief\" value=\"").unwrap();
    let number = rest.split('"').next().unwrap();
    let to = format!("/h/{handoff}/feedback");
    let form = format!("csrf={token}&brief={number}&claim=1&feedback=wrong&note=%3Cscript%3E");
    assert_eq!(ann.post(&to, &form).status, 303);
    let form = format!("csrf={token}&brief={number}&claim=1&feedback=missing&note=the+budget");
    assert_eq!(ann.post(&to, &form).status, 303);
    let page = ann.open(&format!("/h/{handoff}")).text();
    assert!(page.contains("<span class=\"chip bad\">wrong</span>"), "{page}");
    assert!(page.contains("&lt;script&gt;") && page.contains("the budget"), "{page}");
    assert!(page.contains("Undo"), "it can be taken back");
    let unsaid = ann.post(&to, &format!("csrf={token}&brief={number}&claim=1&note=x"));
    assert_eq!(unsaid.status, 422, "{}", unsaid.text());
    assert!(unsaid.text().contains(">x</textarea>"), "the note is still there");
    let mut revops = Browser::signed_in(&house, "revops");
    let page = revops.open("/connections").text();
    assert!(page.contains("What the lead began with") && page.contains(&handoff), "{page}");
    assert!(page.contains("Something is missing"), "{page}");
}
