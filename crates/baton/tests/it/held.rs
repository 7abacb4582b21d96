//! The quarantine's page: what is held is dealt with in bulk by its cause, counted first, with what the API makes.

use serde_json::{Value, json};

use crate::house::House;
use crate::sign_in::{Browser, demo};

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn hold(house: &House, ids: &[&str]) {
    for id in ids {
        let event = json!({
            "specversion": "1.0", "source": "forms", "id": id, "type": "form.quote",
            "time": "yesterday", "data": { "email": format!("{id}@{id}-works.example") }
        });
        assert_eq!(house.event("", &event).json()["quarantined"], 1);
    }
}

/// Fields of the form of a deed, as they stand on the page.
fn form(page: &str, verb: &str) -> String {
    let (_, rest) = page.split_once(&format!("action=\"/quarantine/{verb}\"")).expect("a form");
    let (form, _) = rest.split_once("</form>").expect("its end");
    let fields = form.split("type=\"hidden\" name=\"").skip(1).map(|field| {
        let (name, rest) = field.split_once("\" value=\"").expect("a value");
        format!("{name}={}", rest.split('"').next().unwrap().replace(' ', "+"))
    });
    fields.collect::<Vec<_>>().join("&")
}

fn states(house: &House) -> Vec<Value> {
    let listed = house.get("/v1/quarantine").json();
    listed["entries"].as_array().unwrap().iter().map(|entry| entry["state"].clone()).collect()
}

#[test]
fn a_cause_is_repaired_and_let_in_as_the_api_does_it() {
    let house = demo();
    hold(&house, &["ada", "ben", "cleo"]);
    let mut revops = Browser::signed_in(&house, "revops");
    let page = revops.open("/quarantine").text();
    assert!(page.contains("Repair 3 entries…") && page.contains("Discard 3 entries…"), "{page}");
    // One of them by the API first: the page was shown three, so nothing is done.
    let old = form(&page, "repair");
    let first = house.get("/v1/quarantine").json()["entries"][0]["id"].as_str().unwrap().to_owned();
    let header = [("Authorization", "Bearer key-revops"), JSON];
    let discarded = house.post(&format!("/v1/quarantine/{first}/discard"), &header, b"");
    assert_eq!(discarded.status, 200, "{}", discarded.text());
    let now = baton::runtime::clock::now().to_string().replace(':', "%3A");
    let stale = revops.post("/quarantine/repair", &format!("{old}&value={now}"));
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(stale.text().contains("about 2 entries and not 3"), "{}", stale.text());
    assert_eq!(states(&house), ["waiting", "waiting"]);

    let fresh = form(&stale.text(), "repair");
    let empty = revops.post("/quarantine/repair", &format!("{fresh}&value=+"));
    assert_eq!(empty.status, 422, "{}", empty.text());
    let wrong = revops.post("/quarantine/repair", &format!("{fresh}&value=tomorrow"));
    assert_eq!(wrong.status, 200, "{}", wrong.text());
    assert!(wrong.text().contains("2 entries are still held"), "{}", wrong.text());
    let fresh = form(&revops.open("/quarantine").text(), "repair");
    let right = revops.post("/quarantine/repair", &format!("{fresh}&value={now}"));
    assert_eq!(right.status, 303, "{}", right.text());
    let back = revops.open(right.header("location").unwrap()).text();
    assert!(back.contains("2 entries repaired and let in."), "{back}");
    assert_eq!(states(&house), Vec::<Value>::new());
    house.until("the handoffs of what was let in", |house| {
        let listed = house.get("/v1/handoffs").json();
        (listed["handoffs"].as_array()?.len() == 2).then_some(())
    });
}

#[test]
fn one_entry_is_discarded_by_itself() {
    let house = demo();
    hold(&house, &["ada", "ben"]);
    let mut revops = Browser::signed_in(&house, "revops");
    let page = revops.open("/quarantine").text();
    let (_, rest) = page.split_once("entry=q-").expect("an entry");
    let id = format!("q-{}", rest.split('"').next().unwrap());
    let (before, _) = page.split_once(&format!("&amp;entry={id}")).expect("its address");
    let address = before.rsplit('"').next().unwrap().replace("&amp;", "&");
    let one = revops.open(&format!("{address}&entry={id}")).text();
    assert!(one.contains("Discard 1 entry…") && one.contains("All of this cause"), "{one}");
    let done = revops.post("/quarantine/discard", &form(&one, "discard"));
    assert_eq!(done.status, 303, "{}", done.text());
    let discarded = house.get("/v1/quarantine?state=discarded").json();
    assert_eq!(discarded["entries"][0]["id"], id.as_str());
    assert_eq!(states(&house), ["waiting"]);
}

#[test]
fn nobody_else_sees_or_does_any_of_it() {
    let house = demo();
    hold(&house, &["ada"]);
    let page = Browser::signed_in(&house, "revops").open("/quarantine").text();
    let form = form(&page, "discard");
    for role in ["rep", "manager", "marketer", "leader", "auditor"] {
        let mut reader = Browser::signed_in(&house, role);
        assert_eq!(reader.open("/quarantine").status, 404, "{role}");
        // Their own token, so that nothing but the permission refuses.
        let own = reader.open("/search").text();
        let (_, rest) = own.split_once("name=\"csrf\" value=\"").expect("a form");
        let token = rest.split('"').next().unwrap();
        let rest: Vec<&str> = form.split('&').filter(|pair| !pair.starts_with("csrf=")).collect();
        let posted =
            reader.post("/quarantine/discard", &format!("csrf={token}&{}", rest.join("&")));
        assert_eq!(posted.status, 404, "{role}: {}", posted.text());
    }
    assert_eq!(states(&house), ["waiting"]);
    let mut revops = Browser::signed_in(&house, "revops");
    assert_eq!(revops.post("/quarantine/forget", "").status, 403, "a form without its token");
}
