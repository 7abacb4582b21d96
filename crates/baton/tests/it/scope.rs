//! Whose handoffs somebody reads: a rep their own, a manager their team's, others all. What is not theirs answers as
//! what is not there, and whatever lists or counts has theirs in it and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::house::{Force, House, Reply, call};

/// Two teams of two, each with a manager, and a pool of the four.
const TEAM: &str = "id,name,email,manager,region,weight,calendar,joined,left\n\
    ann,Ann,,mia,all,1,always,2020-01-01,\n\
    bob,Bob,,mia,all,1,always,2020-01-01,\n\
    carl,Carl,,nora,all,1,always,2020-01-01,\n\
    dora,Dora,,nora,all,1,always,2020-01-01,\n\
    mia,Mia,,,none,1,always,2020-01-01,\n\
    nora,Nora,,,none,1,always,2020-01-01,\n";
const MEMBERS: [&str; 6] = ["ann", "bob", "carl", "dora", "mia", "nora"];
const REPS: [&str; 4] = ["ann", "bob", "carl", "dora"];
/// Handoffs of the random world.
const HANDOFFS: usize = 200;

/// A house of two teams, with a key of each member.
struct Teams {
    house: House,
    keys: BTreeMap<&'static str, String>,
    /// Who has each handoff, and everybody who had it.
    had: BTreeMap<String, BTreeSet<String>>,
}

impl Teams {
    fn open() -> Self {
        let house = House::with(Force::With(&[("team.csv", TEAM)]), |_| {});
        let key = |member: &&'static str| {
            let body = json!({ "name": member, "scopes": ["work", "read"], "member": member });
            let made = post(&house, "key-admin", "/v1/keys", &body);
            assert_eq!(made.status, 200, "{}", made.text());
            (*member, made.json()["key"].as_str().expect("a secret").to_owned())
        };
        let keys = MEMBERS.iter().map(key).collect();
        Self { house, keys, had: BTreeMap::new() }
    }

    fn get(&self, member: &str, path: &str) -> Reply {
        let bearer = format!("Bearer {}", self.keys[member]);
        call(self.house.address, "GET", path, &[("Authorization", &bearer)], b"")
    }

    /// A new handoff, and its owner.
    fn asks(&mut self, who: &str) -> (String, String) {
        let handoff = self.house.handoff(who);
        let owner = self.owner(&handoff);
        self.had.entry(handoff.clone()).or_default().insert(owner.clone());
        (handoff, owner)
    }

    fn owner(&self, handoff: &str) -> String {
        let shown = self.house.get(&format!("/v1/handoffs/{handoff}")).json();
        shown["owner"]["id"].as_str().expect("an owner").to_owned()
    }

    /// Gives it to somebody, who has it from then on.
    fn reassign(&mut self, handoff: &str, owner: &Value) {
        let body = json!({ "owner": owner });
        let done =
            post(&self.house, "key-revops", &format!("/v1/handoffs/{handoff}/reassign"), &body);
        assert_eq!(done.status, 200, "{}", done.text());
        if let Some(member) = owner["id"].as_str().filter(|_| owner["kind"] == "person") {
            self.had.entry(handoff.to_owned()).or_default().insert(member.to_owned());
        }
    }

    /// All handoffs that a member's list has, page by page.
    fn listed(&self, member: &str) -> Vec<String> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(member, &format!("/v1/handoffs?limit=7{cursor}")).json();
            let rows = page["handoffs"].as_array().expect("rows");
            all.extend(rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()));
            let Some(next) = page["next"].as_str() else { return all };
            assert_eq!(rows.len(), 7, "a page that is not the last is full");
            cursor = format!("&cursor={next}");
        }
    }
}

fn post(house: &House, key: &str, path: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {key}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    house.post(path, &headers, body.to_string().as_bytes())
}

/// Whether one member reads what another has: what the policies mean, in one line.
fn reads(member: &str, other: &str) -> bool {
    member == other || matches!((member, other), ("mia", "ann" | "bob") | ("nora", "carl" | "dora"))
}

#[test]
fn what_a_rep_does_not_see_answers_as_what_is_not_there() {
    let mut teams = Teams::open();
    let (handoff, owner) = teams.asks("ada");
    let shown = teams.house.get(&format!("/v1/handoffs/{handoff}")).json();
    let account = shown["account"].as_str().expect("an account").to_owned();
    let objects = |handoff: &str, account: &str| {
        let of_handoff = ["", "/brief", "/why"].map(|part| format!("/v1/handoffs/{handoff}{part}"));
        let of_account = ["", "/why"].map(|part| format!("/v1/accounts/{account}{part}"));
        [&of_handoff[..], &of_account[..]].concat()
    };
    let there = objects(&handoff, &account);
    let absent = objects("h-0000000000000000", "a-0000000000000000");
    let begins = objects(&handoff[..6], &account[..6]);
    let by_domain = objects(&handoff, "ada-works.example");
    for member in MEMBERS {
        let may = reads(member, &owner);
        for (((at, nowhere), prefix), named) in
            there.iter().zip(&absent).zip(&begins).zip(&by_domain)
        {
            let answers = [at, prefix, named].map(|path| teams.get(member, path));
            if may {
                assert!(answers.iter().all(|answer| answer.status == 200), "{member} {at}");
                continue;
            }
            let missing = teams.get(member, nowhere);
            assert_eq!(missing.status, 404, "{member} {nowhere}");
            for answer in answers {
                assert_eq!((answer.status, answer.text()), (404, missing.text()), "{member} {at}");
            }
        }
        for (verb, body) in [
            ("accept", json!({})),
            ("reject", json!({ "reason": "bad-fit" })),
            ("snooze", json!({ "until": "2033-01-01T00:00:00Z" })),
            ("undo", json!({})),
        ] {
            if may {
                continue;
            }
            let [one, other] = [&handoff[..], "h-0000000000000000"].map(|id| {
                post(&teams.house, &teams.keys[member], &format!("/v1/handoffs/{id}/{verb}"), &body)
            });
            assert_eq!((one.status, one.text()), (404, other.text()), "{member} {verb}");
        }
        for text in [&handoff[..], &account[..], "ada-works.example", "ada@ada-works.example"] {
            let body = json!({ "text": text });
            let found = post(&teams.house, &teams.keys[member], "/v1/search", &body).json();
            let count = |what: &str| found[what].as_array().expect("a list").len();
            let expected = usize::from(may);
            assert_eq!(count("accounts"), expected, "{member} {text}: {found}");
            assert_eq!(count("handoffs"), expected, "{member} {text}: {found}");
            assert!(may || count("people") == 0, "{member} {text}: {found}");
        }
    }
    // The same handoff for somebody else: who had it sees it still, and their own team with them.
    let next = if owner == "carl" { "ann" } else { "carl" };
    teams.reassign(&handoff, &json!({ "kind": "person", "id": next }));
    for member in MEMBERS {
        let may = reads(member, &owner) || reads(member, next);
        let status = teams.get(member, &there[0]).status;
        assert_eq!(status == 200, may, "{member}: {status}");
    }
    // It comes back to who had it.
    teams.reassign(&handoff, &json!({ "kind": "person", "id": owner }));
    assert_eq!(teams.owner(&handoff), owner);
    assert_eq!(teams.get(next, &there[0]).status, 200, "{next} had it");
}

#[test]
fn what_each_member_lists_and_counts_is_what_a_plain_predicate_says() {
    let mut teams = Teams::open();
    let mut in_queue = BTreeSet::new();
    for number in 0..HANDOFFS {
        let (handoff, owner) = teams.asks(&format!("lead{number}"));
        match number % 5 {
            0 => {
                let other = REPS[number / 5 % REPS.len()];
                if other != owner {
                    teams.reassign(&handoff, &json!({ "kind": "person", "id": other }));
                }
            }
            1 => {
                teams.reassign(&handoff, &json!({ "kind": "queue", "id": "unassigned" }));
                in_queue.insert(handoff);
            }
            _ => {}
        }
    }
    let mut seen_by_reps = BTreeSet::new();
    for member in MEMBERS {
        let expected: BTreeSet<&String> = teams
            .had
            .iter()
            .filter(|(handoff, had)| {
                in_queue.contains(*handoff) || had.iter().any(|other| reads(member, other))
            })
            .map(|(handoff, _)| handoff)
            .collect();
        let listed = teams.listed(member);
        assert_eq!(listed.iter().collect::<BTreeSet<_>>(), expected, "{member}");
        assert_eq!(listed.len(), expected.len(), "{member}: each once");
        // A count is the length of its list, for whoever sees a part as well.
        let count = teams.get(member, "/v1/counts/leads?days=all").json();
        assert_eq!(count["count"], expected.len(), "{member}: {count}");
        let list = teams.get(member, "/v1/counts/leads/handoffs?days=all&limit=200").json();
        assert_eq!(list["handoffs"].as_array().expect("a list").len(), expected.len(), "{member}");
        // Whoever else is on the desk is not shown.
        let desk = teams.get(member, "/v1/desk").json();
        for row in desk["members"].as_array().expect("members") {
            assert!(reads(member, row["member"].as_str().expect("an id")), "{member}: {row}");
        }
        assert!(expected.len() < HANDOFFS, "{member} sees a part");
        seen_by_reps.extend(expected.into_iter().cloned());
    }
    assert_eq!(seen_by_reps.len(), HANDOFFS, "together they see all");
    let all = teams.house.get_as("read", "/v1/counts/leads?days=all").json();
    assert_eq!(all["count"], HANDOFFS, "{all}");
}
