//! A rep's deeds on the command line: the same with a server and without one.

use super::program::{Ended, Place};
use crate::house::STRATEGY;

/// Somebody who asks for a quote, and the handoff of it; nobody serves.
fn asked(place: &Place, who: &str) -> String {
    if !place.path("quotes.yaml").exists() {
        if !place.data().exists() {
            for (name, text) in STRATEGY {
                place.write(&format!("strategy/{name}"), text);
            }
            place.json(&["apply", "strategy"]);
        }
        place.write(
            "quotes.yaml",
            "source: forms\nfiles:\n  \"quotes-*.csv\":\n    kind: form.quote\n    lead: true\n    id: id\n    \
             time: start\n    subject: { email: email }\n    fields:\n      \
             person.name: { column: name }\n",
        );
    }
    let file = format!("quotes-{who}.csv");
    place.write(&file, format!("id,email,name\n{who},{who}@{who}.example,{who} Doe\n"));
    place.json(&["import", "--map", "quotes.yaml", &file]);
    let listed = place.rows(&["handoffs", "--limit", "1"]);
    listed[0]["id"].as_str().expect("it is handed off").to_owned()
}

fn owner(place: &Place, handoff: &str) -> String {
    let rows = place.rows(&["handoffs"]);
    let row = rows.iter().find(|row| row["id"] == handoff).unwrap();
    row["owner"]["id"].as_str().unwrap().to_owned()
}

/// Who has it next: time passes, and a server serves.
fn passed_on(place: &Place, handoff: &str, rep: &str) -> String {
    // The clock of the folder's world, in microseconds before ours.
    place.write("data/demo-clock", "9000000\n");
    let mut server = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    crate::house::wait_for("the server", || place.path("data/socket").exists().then_some(()));
    let next = crate::house::wait_for("the next owner", || {
        Some(owner(place, handoff)).filter(|next| next != rep)
    });
    server.kill().unwrap();
    server.wait().unwrap();
    next
}

#[track_caller]
fn says(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    for word in words {
        assert!(ended.out.contains(word), "no `{word}` in: {}", ended.out);
    }
    assert!(ended.out.lines().all(|line| line.chars().count() <= 80), "{}", ended.out);
}

#[test]
fn found_g1_a_rep_works_handoffs_on_the_command_line() {
    let place = Place::new();
    let handoff = asked(&place, "ada");
    let (short, rep) = (&handoff[..8], owner(&place, &handoff));
    let accepted = place.run(&["accept", short, "--as", &rep, "--note", "calls at ten"]);
    says(&accepted, &["Accepted.", &handoff, "is accepted", &rep, "Next: first touch by", " UTC"]);
    says(&place.run(&["outcome", short, "met", "--as", &rep]), &["Recorded.", "is met"]);
    let debrief =
        ["debrief", short, "--as", &rep, "--right=no", "--complaints", "2", "--note", "x"];
    says(&place.run(&debrief), &["Debriefed."]);
    let wrong = ["feedback", short, "wrong", "--claim", "1", "--as", &rep, "--note", "no"];
    says(&place.run(&wrong), &["Noted.", "takes it back."]);
    place.run(&["feedback", short, "wrong", "--claim", "999"]).failed(2, "claim-missing");
    place.run(&["feedback", short, "right"]).failed(2, "feedback-unfit");
    let brief = place.json(&["brief", short, "--format", "json"]);
    assert_eq!(brief["feedback"][0]["feedback"], "wrong", "{brief}");
    let ended = place.run(&["outcome", short, "recycled", "--returns", "2999-01-01T00:00:00Z"]);
    says(&ended, &["is recycled", "It may come back 2999-01-01 00:00 UTC"]);
    let shown = place.json(&["why", short]);
    let by: Vec<&str> = shown["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["by"]["kind"].as_str())
        .collect();
    assert!(by.contains(&"behalf") && by.contains(&"operator"), "{shown}");
    let text = place.run(&["why", short]).out;
    assert!(text.contains("through the operator of the machine"), "{text}");
}

#[test]
fn found_g11_a_rejection_with_a_note_is_read_by_whoever_is_next() {
    let place = Place::new();
    let handoff = asked(&place, "ada");
    let rep = owner(&place, &handoff);
    let reason = ["--reason", "wrong-territory", "--note", "-"];
    let ended =
        place.run_with(&[&["reject", &handoff, "--as", &rep][..], &reason].concat(), "to Lyon\n");
    says(&ended, &["Rejected.", "is rejected", "Until ", "takes it back.", "Then it passes on"]);
    assert_ne!(passed_on(&place, &handoff, &rep), rep);
    for verb in ["brief", "why"] {
        let told = place.run(&[verb, &handoff]).out;
        assert!(told.contains("“to Lyon”"), "{verb}: {told}");
    }
    assert!(!place.holds("to Lyon"), "it is sealed");
    place.run(&["replay", "--check"]);
}

#[test]
fn what_was_done_last_is_taken_back_within_eight_seconds_and_no_later() {
    let place = Place::new();
    let handoff = asked(&place, "ada");
    let rep = owner(&place, &handoff);
    place.run(&["undo", &handoff]).failed(3, "undo-nothing");
    let accepted = place.run(&["accept", &handoff, "--as", &rep]);
    says(&accepted, &["Accepted.", "`baton undo ", &format!("--as {rep}` takes it back.")]);
    let back = place.run(&["undo", &handoff[..8], "--as", &rep]);
    says(&back, &["Taken back.", "is offered", &rep, "Next: accept by"]);
    assert!(!back.out.contains("baton undo"), "nothing more can be: {}", back.out);
    place.run(&["undo", &handoff]).failed(3, "undo-nothing");
    place.json(&["accept", &handoff, "--as", &rep]);
    place.write("data/demo-clock", "9000000\n");
    place.run(&["undo", &handoff, "--as", &rep]).failed(3, "undo-too-late");
    let why = place.run(&["why", &handoff]).out;
    assert!(why.contains("taken back by"), "{why}");
    place.run(&["replay", "--check"]);
}

#[test]
fn a_snooze_is_a_members_own() {
    let place = Place::new();
    let handoff = asked(&place, "ada");
    let rep = owner(&place, &handoff);
    let until = ["--until", "2999-01-01T00:00:00Z"];
    let snooze = |more: &[&str]| place.run(&[&["snooze", &handoff][..], more].concat());
    snooze(&until).failed(2, "member-needed");
    snooze(&["--as", &rep, "--until", "2020-01-01T00:00:00Z"]).failed(2, "moment-unreadable");
    says(&snooze(&[&["--as", &rep][..], &until].concat()), &["Snoozed.", "is offered"]);
    says(&snooze(&["--as", &rep, "--wake"]), &["Back in the inbox."]);
    place.run(&["replay", "--check"]);
}

#[test]
fn found_g10_nobody_acts_for_whoever_has_nothing_to_do_with_it() {
    let place = Place::new();
    let handoff = asked(&place, "ada");
    let rep = owner(&place, &handoff);
    let other = if rep == "ann" { "bob" } else { "ann" };
    let reject = ["reject", &handoff, "--reason", "bad-fit", "--as"];
    place.run(&[&reject[..], &[other]].concat()).failed(2, "handoff-of-another");
    place.run(&[&reject[..], &["nobody"]].concat()).failed(2, "member-missing");
    place.run(&["reject", &handoff, "--reason", "because"]).failed(2, "reason-unfit");
    place.run(&["accept", "h-zzzz"]).failed(2, "unknown-id");
    place.run(&["reassign", &handoff, "--to", "queue:nowhere"]).failed(2, "queue-missing");
    place.run(&["outcome", &handoff, "lukewarm"]).failed(2, "outcome-unfit");
    place.run(&["debrief", &handoff]).failed(3, "state-forbids");
    let taken = place.json(&["accept", &handoff, "--as", other]);
    assert_eq!((&taken["state"], &taken["owner"]["id"]), (&"accepted".into(), &other.into()));
    place.run(&["accept", &handoff]).failed(3, "state-forbids");
}

#[test]
fn found_g1_deeds_go_through_a_server_that_runs() {
    let place = Place::new();
    let (one, two) = (asked(&place, "ada"), asked(&place, "bea"));
    let mut server = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    crate::house::wait_for("the server", || place.path("data/socket").exists().then_some(()));
    let queue = place.json(&["reassign", &one, "--to", "queue:unassigned", "--note", "who knows"]);
    assert_eq!(queue["owner"], serde_json::json!({"kind": "queue", "id": "unassigned"}), "{queue}");
    let taken = place.json(&["accept", &one, "--as", "bob"]);
    assert_eq!((&taken["state"], &taken["owner"]["id"]), (&"accepted".into(), &"bob".into()));
    let rep = owner(&place, &two);
    says(&place.run(&["reject", &two, "--as", &rep, "--reason", "not now"]), &["Rejected."]);
    let served = place.rows(&["handoffs", "--state", "accepted"]);
    assert_eq!(served[0]["id"], one.as_str(), "{served:?}");
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn found_g10_a_manager_acts_on_what_their_team_has() {
    let place = Place::new();
    for (name, text) in STRATEGY {
        let text = if name == "team.csv" {
            text.replace("bob,Bob,,mia,", "bob,Bob,,ann,")
        } else {
            text.to_owned()
        };
        place.write(&format!("strategy/{name}"), text);
    }
    place.json(&["apply", "strategy"]);
    let both = [asked(&place, "ada"), asked(&place, "bea")];
    let of = |rep: &str| both.iter().find(|id| owner(&place, id) == rep).unwrap().as_str();
    let (of_ann, of_bob) = (of("ann"), of("bob"));
    let reassign = |id: &str, rep: &str| {
        place.run(&["reassign", id, "--as", rep, "--to", "queue:unassigned", "--json"])
    };
    reassign(of_ann, "bob").failed(2, "handoff-of-another");
    let moved = reassign(of_bob, "ann");
    assert_eq!(moved.code, Some(0), "ann leads bob: {}", moved.err);
    assert_eq!(moved.json()["owner"]["kind"], "queue");
}

/// The commands of the how-to page, in the order in which they stand.
fn commands_of_the_page() -> String {
    const PAGE: &str = include_str!("../../../../../docs/how-to/work-a-lead.md");
    let blocks = PAGE.split("```sh\n").skip(1);
    blocks.map(|block| block.split_once("```").expect("a block ends").0).collect()
}

#[test]
fn found_g1_the_commands_of_the_page_run_as_they_stand() {
    let place = Place::new();
    let all: Vec<String> = ["ada", "bea", "cem", "dan", "eva"].map(|who| asked(&place, who)).into();
    let rep = owner(&place, &all[0]);
    let other = if rep == "ann" { "bob" } else { "ann" };
    let mine: Vec<&String> = all.iter().filter(|id| owner(&place, id) == rep).collect();
    // The ids and the two reps are those of this folder.
    let mut lines = commands_of_the_page().replace("ann", "@rep").replace("bob", "@other");
    for (written, real) in ["h-7f3a", "h-02bd", "h-51c0"].into_iter().zip(mine) {
        assert!(lines.contains(written), "the page has {written}");
        lines = lines.replace(written, &real[..10]);
    }
    lines = lines.replace("@rep", &rep).replace("@other", other);
    for verb in ["handoffs", "brief", "why", "accept", "reject", "reassign", "outcome", "debrief"] {
        assert!(lines.contains(&format!("baton {verb}")), "the page shows `baton {verb}`");
    }
    let ended = place.shell(&lines);
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.out, ended.err);
    for says in
        ["Accepted.", "Rejected.", "“moved to Lyon”", "Reassigned.", "asked for Grace", "is met"]
    {
        assert!(ended.out.contains(says), "no `{says}` in: {}", ended.out);
    }
}
