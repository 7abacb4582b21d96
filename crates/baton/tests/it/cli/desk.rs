//! Pauses and credits on the command line, as the page tells them.

use super::program::Place;
use crate::house::STRATEGY;

const PAGE: &str = include_str!("../../../../../docs/how-to/team.md");

pub(crate) fn place() -> Place {
    let place = Place::new();
    for (name, text) in STRATEGY {
        place.write(&format!("strategy/{name}"), text);
    }
    place.write(
        "quotes.yaml",
        "source: forms\nfiles:\n  \"quotes-*.csv\":\n    kind: form.quote\n    lead: true\n    id: id\n    \
         time: start\n    subject: { email: email }\n    fields:\n      \
         person.name: { column: name }\n",
    );
    place.json(&["apply", "strategy"]);
    place
}

/// The owners of leads of people who ask for a quote, and the handoff of the last.
fn asked(place: &Place, who: &[&str]) -> (Vec<String>, String) {
    let mut owners = Vec::new();
    let mut last = String::new();
    for who in who {
        let file = format!("quotes-{who}.csv");
        place.write(&file, format!("id,email,name\n{who},{who}@{who}.example,{who} Doe\n"));
        place.json(&["import", "--map", "quotes.yaml", &file]);
        let listed = place.rows(&["handoffs", "--limit", "1"]);
        let handoff = &listed[0];
        owners.push(handoff["owner"]["id"].as_str().expect("an owner").to_owned());
        handoff["id"].as_str().expect("an id").clone_into(&mut last);
    }
    (owners, last)
}

#[test]
fn found_e8_who_is_paused_gets_nothing_and_why_names_it() {
    let place = place();
    let row = place.json(&["pause", "bob", "--until", "2030-01-01T00:00:00Z"]);
    assert_eq!((&row["member"], &row["paused"]), (&"bob".into(), &true.into()));
    assert!(row["until"].as_str().is_some_and(|until| until.starts_with("2030-01-01")), "{row}");
    let (owners, last) = asked(&place, &["ada", "ben", "cy"]);
    assert_eq!(owners, ["ann", "ann", "ann"]);
    let why = place.run(&["why", &last]).out;
    assert!(why.contains("paused until"), "{why}");
    let row = place.json(&["resume", "bob"]);
    assert_eq!((&row["paused"], &row["open"]), (&false.into(), &0.into()));
    assert!(asked(&place, &["dee", "eve"]).0.contains(&"bob".to_owned()));
    place.run(&["replay", "--check"]);
}

#[test]
fn found_e8_who_is_owed_leads_is_next_more_often() {
    let place = place();
    let row = place.json(&["credit", "bob", "--leads", "2", "--reason", "bad-data"]);
    assert_eq!(row["pools"][0]["owed_hundredths"], 200, "{row}");
    let (owners, _) = asked(&place, &["ada", "ben", "cy"]);
    assert!(owners.iter().filter(|owner| *owner == "bob").count() >= 2, "{owners:?}");
    let row = place.json(&["credit", "bob", "--leads=-0.25", "--reason", "other-reason"]);
    assert_eq!(row["pools"][0]["pool"], "all", "{row}");
}

#[test]
fn found_e8_what_the_desk_cannot_do_is_refused() {
    let place = place();
    for (words, code) in [
        (&["pause", "bib"][..], "member-missing"),
        (&["pause", "bob", "--until", "2001-01-01T00:00:00Z"], "moment-unreadable"),
        (&["pause", "bob", "--until", "tomorrow"], "moment-unreadable"),
        (&["pause", "bob", "--reason", "flu"], "unknown-word"),
        (&["leave", "bib", "--yes"], "member-missing"),
        (&["leave", "bob", "--yes", "--to", "bob"], "member-missing"),
        (&["leave", "bob", "--yes", "--to", "queue:nowhere"], "queue-missing"),
        (&["leave", "bob", "--until", "2001-01-01T00:00:00Z"], "moment-unreadable"),
        (&["credit", "bob", "--leads", "1", "--reason", "luck"], "unknown-word"),
        (&["credit", "bob", "--leads", "1", "--reason", "not-now", "--pool", "al"], "pool-unknown"),
    ] {
        let ended = place.run(words);
        assert_eq!(ended.code, Some(2), "{words:?}: {}", ended.err);
        assert!(ended.err.contains(code), "{words:?}: {}", ended.err);
    }
    for leads in ["0", "0.001", "many", "5000"] {
        let ended = place.run(&["credit", "bob", "--leads", leads, "--reason", "not-now"]);
        assert_eq!(ended.code, Some(2), "{leads}: {}", ended.err);
    }
}

#[test]
fn found_e8_a_pause_says_why_in_a_word() {
    let place = place();
    let row = place.json(&["pause", "bob", "--reason", "too-much-work"]);
    assert_eq!((&row["reason"], &row["left"]), (&"too-much-work".into(), &false.into()), "{row}");
    let row = place.json(&["leave", "bob", "--until", "2030-01-01T00:00:00Z"]);
    assert_eq!((&row["reason"], &row["left"]), (&"on-leave".into(), &false.into()), "{row}");
    let facts = place.run(&["export", "--what", "facts", "--json"]).out;
    assert!(facts.contains("too-much-work"), "{facts}");
}

/// What a member has, by the list of handoffs.
fn open_of(place: &Place, member: &str) -> usize {
    let all = place.rows(&["handoffs", "--limit", "200"]);
    all.iter().filter(|row| row["owner"]["id"] == member).count()
}

#[test]
fn found_e5_who_leaves_hands_on_what_they_have_and_it_is_shown_first() {
    let place = place();
    asked(&place, &["ada", "ben", "cy", "dee"]);
    let had = open_of(&place, "bob");
    assert!(had > 0);
    // Nobody is there who could be asked: nothing changes.
    let ended = place.run(&["leave", "bob"]);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(
        ended.err.contains("confirmation-needed") && ended.err.contains("offered to ann"),
        "{}",
        ended.err
    );
    let told = place.json(&["leave", "bob", "--dry-run"]);
    assert_eq!(
        (told["handed_on"].as_array().map(Vec::len), &told["left"]),
        (Some(had), &true.into())
    );
    assert_eq!(open_of(&place, "bob"), had);
    let done = place.json(&["leave", "bob", "--yes"]);
    assert_eq!(
        (&done["handed_on"], &done["open"]),
        (&told["handed_on"], &0.into()),
        "as it was told"
    );
    assert_eq!((open_of(&place, "bob"), open_of(&place, "ann")), (0, 4));
    let handoff = done["handed_on"][0]["handoff"].as_str().expect("an id").to_owned();
    let why = place.run(&["why", &handoff]).out;
    assert!(why.contains("has left the team"), "{why}");
    // Gone is gone: no leads, no pause, no handoff by hand.
    assert_eq!(asked(&place, &["eve", "fay"]).0, ["ann", "ann"]);
    assert!(place.run(&["pause", "bob"]).err.contains("owner-left"));
    assert!(place.run(&["reassign", &handoff, "--to", "bob"]).err.contains("member-missing"));
    let ended = place.run(&["replay", "--check"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
}

#[test]
fn found_e5_apply_tells_whom_the_team_does_not_have_and_where_that_went() {
    let place = place();
    asked(&place, &["ada", "ben", "cy", "dee"]);
    let had = open_of(&place, "bob");
    let (_, team) = STRATEGY.iter().find(|(name, _)| *name == "team.csv").expect("a team");
    let without: Vec<&str> = team.lines().filter(|row| !row.starts_with("bob,")).collect();
    place.write("strategy/team.csv", &(without.join("\n") + "\n"));
    let applied = place.run(&["apply", "strategy"]).out;
    assert!(
        applied.contains(&format!("bob is not in the team any more and had {had} open")),
        "{applied}"
    );
    assert_eq!(applied.matches("offered to ann").count(), had, "{applied}");
    assert_eq!(open_of(&place, "bob"), 0);
    // Back to the team with bob: what ann has stays hers.
    let back = place.json(&["rollback"]);
    assert_eq!(back["handed_on"], serde_json::json!([]));
}

#[test]
fn found_e8_the_page_says_what_the_commands_say() {
    let place = place();
    let mut said = String::new();
    let (mut ran, mut shell, mut inside) = (0, false, false);
    let mut expected: Vec<&str> = Vec::new();
    for line in PAGE.lines() {
        match (line, inside) {
            ("```", true) => {
                if !shell {
                    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
                    said.clear();
                }
                (inside, shell) = (false, false);
            }
            ("```sh" | "```", false) => {
                (inside, shell) = (true, line == "```sh");
                expected.clear();
            }
            (line, true) if shell => {
                let words: Vec<&str> = line.split(' ').skip(1).collect();
                let ended = place.run(&words);
                assert_eq!(ended.code, Some(0), "{line}: {}", ended.err);
                said.push_str(&ended.out);
                ran += 1;
            }
            (line, true) => expected.push(line),
            (_, false) => {}
        }
    }
    assert_eq!(ran, 9);
}
