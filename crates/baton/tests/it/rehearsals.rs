//! Rehearsals that are started from a page and over HTTP: over the journal and over a file, one at a time.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

use crate::house::{House, call};
use crate::sign_in::{Browser, demo};

const JSON: [(&str, &str); 2] =
    [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];

fn post(house: &House, path: &str, body: &Value) -> crate::house::Reply {
    house.post(path, &JSON, body.to_string().as_bytes())
}

fn ended(house: &House, id: &str) -> Value {
    house.until("the rehearsal to end", |house| {
        let told = house.get(&format!("/v1/rehearsals/{id}")).json();
        told["ended"].is_string().then_some(told)
    })
}

/// Uploads a file with so many leads.
fn upload(house: &House, leads: usize) -> String {
    let mut file = "Email,First Name,Last Name,Create Date\n".to_owned();
    for at in 0..leads {
        writeln!(file, "lead{at}@works{at}.example,Lead,{at},2026-11-20 09:00").unwrap();
    }
    let mut sha256 = String::new();
    for byte in Sha256::digest(&file) {
        write!(sha256, "{byte:02x}").unwrap();
    }
    let body = json!({ "file": "leads.csv", "map": "hubspot-contacts", "bytes": file.len(), "sha256": sha256 });
    let import = post(house, "/v1/imports", &body).json()["import"].as_str().unwrap().to_owned();
    let put = call(
        house.address,
        "PUT",
        &format!("/v1/imports/{import}/parts/1"),
        &[JSON[0]],
        file.as_bytes(),
    );
    assert_eq!(put.status, 200, "{}", put.text());
    import
}

#[test]
fn a_draft_is_rehearsed_over_the_journal_and_compared_with_what_is_in_force() {
    let house = demo();
    for who in ["ada", "ben", "cleo"] {
        house.handoff(who);
    }
    // Under the draft nobody is ever ready.
    let readiness = "table: readiness\nhit: first\ncolumns: { asked: 'seen(\"form.quote\", \"1d\")' }\n\
        outputs: [decision, kind, sla]\nrows:\n  - [ true, nurture, \"-\", \"-\" ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n";
    let body = json!({ "based_on": "live", "files": { "readiness.yaml": readiness } });
    let draft = post(&house, "/v1/drafts", &body).json()["draft"].as_str().unwrap().to_owned();

    let mut revops = Browser::signed_in(&house, "revops");
    let token = revops.form_token();
    let list = revops.open(&format!("/rehearsals?strategy={draft}")).text();
    assert!(list.contains("Nothing was rehearsed") && list.contains(&draft), "{list}");
    let form = format!("csrf={token}&strategy={draft}&over=30&behaviour=prompt");
    let started = revops.post("/rehearsals", &form);
    assert_eq!(started.status, 303, "{}", started.text());
    let at = started.header("location").unwrap().to_owned();
    let id = at.trim_start_matches("/rehearsals/").to_owned();
    let told = ended(&house, &id);
    assert_eq!(told["failed"], Value::Null, "{told}");
    assert_eq!(
        (&told["summary"]["leads"], &told["against"]["moved"]),
        (&json!(3), &json!(3)),
        "{told}"
    );
    let page = revops.open(&at).text();
    for says in
        ["Would move", "Who moves where", "nurtured", "readiness", "Every lead that changes"]
    {
        assert!(page.contains(says), "{says}: {page}");
    }
    let report = revops.open(&format!("{at}/report"));
    assert!(report.header("content-disposition").unwrap().starts_with("attachment"));
    assert!(report.text().contains("<title>Rehearsal: "), "{}", report.text());
    // Nothing of it was real.
    assert_eq!(house.get("/v1/handoffs").json()["handoffs"].as_array().unwrap().len(), 3);
    assert!(revops.open("/rehearsals").text().contains("3 of 3 leads would move"));
}

#[test]
fn a_file_is_rehearsed_and_a_long_one_is_stopped() {
    let house = demo();
    let short = upload(&house, 5);
    let body = json!({ "strategy": "live", "over": { "import": short } });
    let started = post(&house, "/v1/rehearsals", &body);
    assert_eq!(started.status, 202, "{}", started.text());
    let told = ended(&house, started.json()["rehearsal"].as_str().unwrap());
    assert_eq!((&told["summary"]["leads"], &told["against"]), (&json!(5), &Value::Null), "{told}");

    let long = upload(&house, 20_000);
    let body = json!({ "strategy": "live", "over": { "import": long }, "behaviour": "model" });
    let id = post(&house, "/v1/rehearsals", &body).json()["rehearsal"].as_str().unwrap().to_owned();
    assert_eq!(post(&house, "/v1/rehearsals", &body).problem(409), "rehearsal-under-way");
    assert_eq!(post(&house, &format!("/v1/rehearsals/{id}/stop"), &json!({})).status, 202);
    assert_eq!(ended(&house, &id)["failed"], "rehearsal-stopped");

    let wrong = |body: Value| post(&house, "/v1/rehearsals", &body);
    assert_eq!(
        wrong(json!({ "strategy": "ffff", "over": { "days": 3 } })).problem(404),
        "unknown-id"
    );
    assert_eq!(
        wrong(json!({ "strategy": "live", "over": { "days": 0 } })).problem(422),
        "unknown-word"
    );
    assert_eq!(
        wrong(json!({ "strategy": "live", "over": { "import": "i-0000000000000000" } }))
            .problem(404),
        "import-missing"
    );
    assert_eq!(house.get("/v1/rehearsals/1").problem(404), "rehearsal-missing");
}

#[test]
fn nobody_else_sees_or_does_any_of_it() {
    let house = demo();
    house.handoff("ada");
    let body = json!({ "strategy": "live", "over": { "days": 30 } });
    let id = post(&house, "/v1/rehearsals", &body).json()["rehearsal"].as_str().unwrap().to_owned();
    ended(&house, &id);
    for role in ["rep", "manager", "marketer", "leader", "auditor", "admin"] {
        let mut reader = Browser::signed_in(&house, role);
        let own = reader.form_token();
        for path in [
            "/rehearsals".to_owned(),
            format!("/rehearsals/{id}"),
            format!("/rehearsals/{id}/report"),
        ] {
            assert_eq!(reader.open(&path).status, 404, "{role} {path}");
        }
        let form = format!("csrf={own}&strategy=live&over=30");
        assert_eq!(reader.post("/rehearsals", &form).status, 404, "{role}");
        assert_eq!(
            reader.post(&format!("/rehearsals/{id}/stop"), &format!("csrf={own}")).status,
            404,
            "{role}"
        );
    }
}
