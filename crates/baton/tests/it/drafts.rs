//! Strategies that are written in the browser and over HTTP: drafts that change nothing until they are put in force
//! over the version that was seen, and versions that come back.

use serde_json::{Value, json};

use crate::house::House;
use crate::sign_in::{Browser, demo};

const JSON: [(&str, &str); 2] =
    [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];

fn in_force(house: &House) -> String {
    let listed = house.get("/v1/strategies").json();
    listed["strategies"][0]["version"].as_str().unwrap().to_owned()
}

fn post(house: &House, path: &str, body: &Value) -> crate::house::Reply {
    house.post(path, &JSON, body.to_string().as_bytes())
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

/// What stands in the text field of a page, as a browser sends it.
fn text_of(page: &str) -> String {
    let (_, rest) = page.split_once("<textarea class=\"source\"").expect("a text field");
    let (_, rest) = rest.split_once('>').unwrap();
    let (text, _) = rest.split_once("</textarea>").unwrap();
    let text = text
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    text.trim_start_matches('\n').replace('\n', "\r\n")
}

#[test]
fn a_draft_is_written_checked_and_put_in_force_over_the_version_that_was_seen() {
    let house = demo();
    let before = in_force(&house);
    let mut revops = Browser::signed_in(&house, "revops");
    let token = revops.form_token();
    assert!(revops.open("/strategy").text().contains("Begin a draft"));
    let begun = revops.post("/strategy/drafts", &format!("csrf={token}"));
    let at = begun.header("location").unwrap().to_owned();
    let page = revops.open(&format!("{at}?file=sla.yaml")).text();
    assert!(page.contains("Nothing: it decides as what is in force."), "{page}");

    // A mistake is told with its place and a caret, and such a draft cannot be put in force.
    let text = text_of(&page);
    let wrong = text.replace("4h", "four hours");
    let form = |text: &str| format!("csrf={token}&path=sla.yaml&text={}", escaped(text));
    let saved = revops.post(&format!("{at}/save"), &form(&wrong));
    assert_eq!(saved.status, 303, "{}", saved.text());
    let at = saved.header("location").unwrap().split('?').next().unwrap().to_owned();
    let page = revops.open(&format!("{at}?file=sla.yaml")).text();
    assert!(page.contains("sla.yaml:3:") && page.contains("^^^^"), "{page}");
    assert!(!page.contains("Apply…"), "{page}");
    let refused = revops.post(&format!("{at}/apply"), &format!("csrf={token}&replaces={before}"));
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(in_force(&house), before);

    let right = text.replace("4h", "3h");
    let saved = revops.post(&format!("{at}/save"), &form(&right));
    let at = saved.header("location").unwrap().split('?').next().unwrap().to_owned();
    let page = revops.open(&at).text();
    assert!(page.contains("`4h` became `3h`") && page.contains(&before), "{page}");
    let listed = house.get("/v1/drafts").json();
    assert_eq!(
        listed["drafts"].as_array().unwrap().len(),
        1,
        "an own draft is written on: {listed}"
    );
    assert_eq!(listed["drafts"][0]["based_on"], before.as_str());

    // Somebody else was faster: nothing is done, and the page says so.
    let other = json!({ "based_on": "live", "files": { "strategy.yaml": "strategy: house\nseed: 2\nautonomy: { assign: automatic }\n" } });
    let other = post(&house, "/v1/drafts", &other).json()["draft"].as_str().unwrap().to_owned();
    let checked = post(&house, &format!("/v1/drafts/{other}/check"), &json!({})).json();
    assert_eq!(
        (&checked["errors"], checked["differences"].as_array().unwrap().len()),
        (&json!(0), 1),
        "{checked}"
    );
    let applied =
        post(&house, &format!("/v1/drafts/{other}/apply"), &json!({ "replaces": before }));
    assert_eq!(applied.status, 200, "{}", applied.text());
    let second = in_force(&house);
    assert_ne!(second, before);
    let stale = revops.post(&format!("{at}/apply"), &format!("csrf={token}&replaces={before}"));
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(
        stale.text().contains("is in force by now") && stale.text().contains("seed"),
        "{}",
        stale.text()
    );
    assert_eq!(in_force(&house), second);

    let done = revops.post(&format!("{at}/apply"), &format!("csrf={token}&replaces={second}"));
    assert_eq!(done.header("location"), Some("/strategy?did=applied"), "{}", done.text());
    let third = in_force(&house);
    assert!(third != second && third != before);
    assert_eq!(house.get("/v1/drafts").json()["drafts"], json!([]), "it is a version from here on");
    let by = house.get("/v1/strategies").json()["strategies"][0]["by"].as_str().unwrap().to_owned();
    assert!(by.starts_with("u-"), "{by}");

    // The first one comes back from its page.
    let page = revops.open(&format!("/strategy/versions/{before}")).text();
    assert!(page.contains("Roll back…") && page.contains("`3h` became `4h`"), "{page}");
    let stale =
        revops.post("/strategy/rollback", &format!("csrf={token}&back={before}&replaces={second}"));
    assert_eq!(stale.status, 409, "{}", stale.text());
    let back =
        revops.post("/strategy/rollback", &format!("csrf={token}&back={before}&replaces={third}"));
    assert_eq!(back.header("location"), Some("/strategy?did=rolled-back"), "{}", back.text());
    assert_eq!(in_force(&house), before);
}

#[test]
fn two_who_write_from_the_same_draft_get_two() {
    let house = demo();
    let mut revops = Browser::signed_in(&house, "revops");
    let token = revops.form_token();
    let begun = revops.post("/strategy/drafts", &format!("csrf={token}"));
    let at = begun.header("location").unwrap().to_owned();
    let draft = at.trim_start_matches("/strategy/drafts/").to_owned();
    let body = json!({ "based_on": draft, "files": { "sla.yaml": null } });
    let other = post(&house, "/v1/drafts", &body).json()["draft"].as_str().unwrap().to_owned();
    assert_eq!(revops.open(&at).status, 200, "the one of the page is still there");
    let read = house.get(&format!("/v1/drafts/{other}")).json();
    assert!(read["files"]["sla.yaml"].is_null() && read["files"]["team.csv"].is_string(), "{read}");
    let outside = json!({ "based_on": "live", "files": { "../team.csv": "x" } });
    assert_eq!(post(&house, "/v1/drafts", &outside).problem(422), "draft-unfit");
    assert_eq!(post(&house, &format!("/v1/drafts/{other}/discard"), &json!({})).status, 204);
    assert_eq!(house.get(&format!("/v1/drafts/{other}")).problem(404), "unknown-id");
    let gone = revops.post(&format!("{at}/discard"), &format!("csrf={token}"));
    assert_eq!(gone.header("location"), Some("/strategy"));
    assert_eq!(revops.open(&at).status, 404);
    for role in ["rep", "manager", "marketer", "leader", "auditor", "admin"] {
        let mut reader = Browser::signed_in(&house, role);
        let own = reader.form_token();
        assert!(!reader.open("/strategy").text().contains("Begin a draft"), "{role}");
        assert_eq!(reader.post("/strategy/drafts", &format!("csrf={own}")).status, 404, "{role}");
    }
}
