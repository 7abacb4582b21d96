//! Keys and members: who acts on a handoff, as whom, and what is recorded of it.

use baton::runtime::clock;
use domain::fact::{By, Fact};
use domain::handoff::MemberId;
use serde_json::json;
use store::sqlite::Reader;
use store::{Position, Read};

use crate::house::{House, Reply};

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn act(house: &House, key: &str, handoff: &str, verb: &str, body: &str) -> Reply {
    let bearer = format!("Bearer {key}");
    let path = format!("/v1/handoffs/{handoff}/{verb}");
    house.post(&path, &[("Authorization", &bearer), JSON], body.as_bytes())
}

/// A handoff that is offered to this member.
fn offered_to(house: &House, member: &str) -> String {
    let found = ["ada", "bea", "cem"].into_iter().find_map(|who| {
        let handoff = house.handoff(&format!("{who}-{member}"));
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        (shown["owner"]["id"] == member).then_some(handoff)
    });
    found.expect("the two take turns")
}

/// Who is recorded for what was done, in order.
fn recorded(house: House) -> Vec<(&'static str, By)> {
    let folder = house.close();
    let reader = Reader::open(&folder.path().join("data")).unwrap();
    let journal = reader.journal(Position::START, 10_000, None).unwrap();
    let facts = journal.into_iter().flat_map(|stored| stored.entry.facts);
    let by = |fact: Fact| {
        if let Fact::HandoffMoved { by: Some(by), .. } = fact {
            Some(("moved", by))
        } else if let Fact::OwnerAssigned { by: Some(by), .. } = fact {
            Some(("assigned", by))
        } else if let Fact::OutcomeRecorded { by: Some(by), .. } = fact {
            Some(("outcome", by))
        } else if let Fact::Debriefed { by: Some(by), .. } = fact {
            Some(("debrief", by))
        } else {
            None
        }
    };
    facts.filter_map(by).collect()
}

fn member(id: &str) -> MemberId {
    MemberId(id.into())
}

#[test]
fn found_g10_a_key_that_may_work_acts_as_its_member_alone() {
    let house = House::open();
    let of_bob = offered_to(&house, "bob");
    let deeds = [
        ("accept", "{}"),
        ("reject", r#"{"reason":"bad-fit"}"#),
        ("reassign", r#"{"owner":"ann"}"#),
        ("outcome", r#"{"outcome":"met"}"#),
        ("debrief", "{}"),
    ];
    for (verb, body) in deeds {
        let refused = act(&house, "key-of-ann", &of_bob, verb, body);
        assert_eq!(refused.problem(404), "handoff-missing", "{verb}");
    }
    let of_ann = offered_to(&house, "ann");
    for body in [r#"{"as":"bob"}"#, r#"{"member":"bob"}"#, r#"{"as":"nobody"}"#] {
        let refused = act(&house, "key-of-ann", &of_ann, "accept", body);
        assert_eq!(refused.problem(403), "acts-for-another", "{body}");
    }
    let shown = house.get(&format!("/v1/handoffs/{of_bob}")).json();
    assert_eq!((&shown["state"], &shown["owner"]["id"]), (&json!("offered"), &json!("bob")));
    let accepted = act(&house, "key-of-bob", &of_bob, "accept", r#"{"as":"bob"}"#);
    assert_eq!(accepted.json()["state"], "accepted", "{}", accepted.text());
    assert_eq!(recorded(house), [("moved", By::Member(member("bob")))]);
}

#[test]
fn found_g10_a_key_of_nobody_is_refused_with_what_to_do() {
    let house = House::open();
    let handoff = house.handoff("ada");
    // What a queue has everybody sees who works.
    let queue = r#"{"owner":{"kind":"queue","id":"unassigned"}}"#;
    assert_eq!(act(&house, "key-revops", &handoff, "reassign", queue).status, 200);
    for (key, verb) in [
        ("key-called-ann", "accept"),
        ("key-called-ann", "debrief"),
        ("key-of-gone", "accept"),
        ("key-of-gone", "reject"),
    ] {
        let refused = act(&house, key, &handoff, verb, r#"{"reason":"bad-fit"}"#);
        if refused.status == 422 {
            continue;
        }
        assert_eq!(refused.problem(403), "key-without-member", "{key} {verb}");
        assert!(refused.text().contains("make"), "{}", refused.text());
    }
    let refused = act(&house, "key-called-ann", &handoff, "accept", "{}");
    assert!(refused.text().contains("--member ID"), "{}", refused.text());
    let read = [("Authorization", "Bearer key-called-ann")];
    let path = format!("/v1/handoffs/{handoff}");
    let reply = crate::house::call(house.address, "GET", &path, &read, b"");
    assert_eq!(reply.status, 200, "it reads what a queue has");
}

#[test]
fn found_g10_a_list_of_keys_says_which_act_no_more() {
    let house = House::open();
    let data = house.folder.path().join("data");
    let mut listing = std::process::Command::new(crate::program::program());
    let listed = listing.args(["key", "list", "--data"]).arg(&data).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let nobody: Vec<&str> = listed.lines().filter(|line| line.contains("no member")).collect();
    assert_eq!(nobody.len(), 1, "{listed}");
    assert!(nobody[0].starts_with("ann "), "the key that is called ann: {listed}");
}

#[test]
fn found_g10_who_may_act_for_others_is_recorded_as_doing_so() {
    let house = House::open();
    let handoff = offered_to(&house, "ann");
    let done = |key: &str, verb: &str, body: &str| {
        let reply = act(&house, key, &handoff, verb, body);
        assert_eq!(reply.status, 200, "{verb} {body}: {}", reply.text());
        reply.json()
    };
    let unknown = act(&house, "key-revops", &handoff, "accept", r#"{"as":"carla"}"#);
    assert_eq!(unknown.problem(422), "member-missing");
    let not_his =
        act(&house, "key-admin", &handoff, "reject", r#"{"as":"bob","reason":"not-now"}"#);
    assert_eq!(not_his.problem(403), "handoff-of-another");
    assert_eq!(done("key-revops", "accept", r#"{"as":"ann"}"#)["state"], "accepted");
    assert_eq!(done("key-admin", "outcome", r#"{"as":"ann","outcome":"met"}"#)["state"], "met");
    done("key-revops", "debrief", r#"{"right":true}"#);
    let by = recorded(house);
    let kinds: Vec<(&str, &str, String)> =
        by.iter().map(|(what, by)| (*what, by.kind(), by.to_string())).collect();
    let own = by[2].1.to_string();
    assert_eq!(
        kinds,
        [
            ("moved", "behalf", "ann".to_owned()),
            ("outcome", "behalf", "ann".to_owned()),
            ("debrief", "key", own.clone()),
        ]
    );
    let By::Behalf { key: Some(key), .. } = &by[0].1 else { panic!("{by:?}") };
    assert_eq!(key.to_string(), own, "the same key");
}

#[test]
fn found_g10_why_says_for_whom_and_through_which_key() {
    let house = House::open();
    let handoff = offered_to(&house, "ann");
    act(&house, "key-revops", &handoff, "accept", r#"{"as":"ann"}"#);
    let why = house.get(&format!("/v1/handoffs/{handoff}/why"));
    let by = &why.json()["state_by"];
    assert_eq!((&by["kind"], &by["id"]), (&json!("behalf"), &json!("ann")), "{}", why.text());
    assert!(by["name"].as_str().unwrap().starts_with("Ann through the key k-"), "{by}");
}

#[test]
fn found_g10_a_signal_says_what_came_of_a_handoff_for_its_keys_member_alone() {
    let house = House::open();
    let data = house.folder.path().join("data");
    let key = |scope: &str, member: &[&str]| {
        let made = std::process::Command::new(crate::program::program())
            .args(["key", "create", "--name", "crm", "--source", "web", "--json", "--scope", scope])
            .args(member)
            .arg("--data")
            .arg(&data)
            .output()
            .unwrap();
        let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
        format!("Bearer {}", made["key"].as_str().unwrap())
    };
    let (bob, anyone) = (key("ingest,work", &["--member", "bob"]), key("ingest,revops", &[]));
    let handoff = offered_to(&house, "ann");
    let tell = |bearer: &str, id: &str, outcome: &str, by: Option<&str>| {
        let mut event = json!({
            "specversion": "1.0", "source": "crm", "id": id, "type": "handoff.outcome",
            "time": clock::now().to_string(),
            "data": { "handoff": handoff, "outcome": outcome },
        });
        if let Some(by) = by {
            event["data"]["by"] = by.into();
        }
        let headers = [("Authorization", bearer), ("Content-Type", "application/cloudevents+json")];
        let reply = house.post("/v1/signals", &headers, event.to_string().as_bytes());
        reply.json()["results"][0].clone()
    };
    for (id, by) in [("o-1", None), ("o-2", Some("ann")), ("o-3", Some("bob"))] {
        let result = tell(&bob, id, "working", by);
        assert_eq!(result["reason"], "scope-missing", "{by:?}: {result}");
    }
    assert_eq!(tell(&anyone, "o-4", "working", Some("ann"))["result"], "accepted");
    house.until("the outcome", |house| {
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        (shown["state"] == "working").then_some(())
    });
    act(&house, "key-revops", &handoff, "reassign", r#"{"owner":"bob"}"#);
    assert_eq!(tell(&bob, "o-5", "met", Some("ann"))["reason"], "scope-missing");
    assert_eq!(tell(&bob, "o-6", "met", None)["result"], "accepted");
    house.until("the outcome", |house| {
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        (shown["state"] == "met").then_some(())
    });
    let said: Vec<By> = recorded(house)
        .into_iter()
        .filter(|(what, _)| *what == "outcome")
        .map(|(_, by)| by)
        .collect();
    assert_eq!(said, [By::Member(member("ann")), By::Member(member("bob"))]);
}
