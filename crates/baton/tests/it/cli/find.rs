//! Finding somebody or something by what is at hand.

use serde_json::Value;

use super::program::{Place, example};

/// Leads of a company, of a mail provider and of a caller, under the example strategy.
pub(super) fn leads() -> Place {
    let place = Place::new();
    place.json(&["apply", &example("strategies/olist")]);
    place.write("leads.yaml", MAP);
    place.write("leads.csv", LEADS);
    place.json(&["import", "--map", "leads.yaml", "leads.csv"]);
    place
}

const MAP: &str = "source: crm
files:
  \"*.csv\":
    kind: lead.created
    lead: true
    id: id
    subject: { email: email, phone: phone, external_id: id, company: company }
    fields:
      person.first_name: { column: first }
      person.last_name: { column: last }
      account.name: { column: company }
";
const LEADS: &str = "id,email,phone,first,last,company
4711,ada@acme.example,+493012345678,Ada,Lovelace,Acme GmbH
4712,grace@gmail.com,,Grace,Hopper,
4713,alan@south.example,,Alan,Turing,South Ltd
";

fn rows(place: &Place, text: &str) -> Vec<Value> {
    let ended = place.run(&["find", text, "--json"]);
    assert_eq!(ended.code, Some(0), "{text}: {}", ended.err);
    ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn piped(place: &Place, text: &str) -> Vec<Value> {
    let ended = place.run_with(&["find", "-", "--json"], text);
    assert_eq!(ended.code, Some(0), "{text}: {}", ended.err);
    ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of<'a>(rows: &'a [Value], kind: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["found"] == kind).collect()
}

#[track_caller]
fn is_ada(rows: &[Value], by: &str) {
    let people: Vec<&Value> = of(rows, "person").into_iter().map(|row| &row["name"]).collect();
    assert_eq!(people, ["Ada Lovelace"], "by {by}: {rows:?}");
    assert_eq!(of(rows, "account")[0]["name"], "Acme GmbH", "by {by}");
    assert_eq!(of(rows, "handoff").len(), 1, "by {by}");
}

#[test]
fn found_g1_a_lead_is_found_by_whatever_is_at_hand() {
    let place = leads();
    for text in ["ada@acme.example", " ADA@ACME.example\n", "+49 30 12345678", "crm:4711"] {
        is_ada(&piped(&place, text), text);
    }
    for text in
        ["acme.example", "https://www.acme.example/imprint", "Acme GmbH", "ACME", "acme gmbh"]
    {
        is_ada(&rows(&place, text), text);
    }
    let found = rows(&place, "acme.example");
    for kind in ["account", "person", "handoff"] {
        let id = of(&found, kind)[0]["id"].as_str().unwrap();
        is_ada(&rows(&place, id), id);
        is_ada(&rows(&place, &id[..12]), &id[..12]);
    }
    let signal = of(&found, "handoff")[0]["correlation"].as_str().unwrap();
    is_ada(&rows(&place, signal), signal);
    is_ada(&rows(&place, &signal[..12]), &signal[..12]);
}

#[test]
fn a_lead_is_found_by_name_and_the_owner_is_told_by_name() {
    let place = leads();
    for text in ["Ada Lovelace", "lovelace", "LOV", "ada acm", "lovelace, ada"] {
        is_ada(&rows(&place, text), text);
    }
    let found = rows(&place, "hopper");
    assert_eq!(of(&found, "person")[0]["name"], "Grace Hopper", "{found:?}");
    assert!(of(&found, "account")[0]["domain"].is_null(), "at a mail provider: {found:?}");
    for text in ["ada hopper", "ada turing", "love lace", "lovelacer"] {
        assert_eq!(rows(&place, text).len(), 0, "{text}");
    }
    let found = rows(&place, "lovelace");
    let owner = &of(&found, "handoff")[0]["owner_name"];
    let shown = place.run(&["find", "lovelace"]);
    assert!(shown.out.contains(&format!(" with {}", owner.as_str().unwrap())), "{}", shown.out);
    // Who has the name as a whole stands before whose name begins so.
    place.write("more.csv", MORE);
    place.json(&["import", "--map", "leads.yaml", "more.csv"]);
    let found = rows(&place, "love");
    let names: Vec<&Value> = of(&found, "person").into_iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["Courtney Love", "Ada Lovelace"], "{found:?}");
}

const MORE: &str = "id,email,phone,first,last,company
4714,courtney@north.example,,Courtney,Love,North Inc
";

#[test]
fn found_g1_a_lead_at_a_mail_provider_is_found_by_address() {
    let place = leads();
    let found = piped(&place, "grace@gmail.com");
    assert_eq!(of(&found, "person")[0]["name"], "Grace Hopper", "{found:?}");
    assert_eq!(of(&found, "handoff").len(), 1, "{found:?}");
    assert!(of(&found, "account")[0]["domain"].is_null(), "{found:?}");
    assert_eq!(rows(&place, "gmail.com").len(), 0, "a mail provider is nobody's");
}

#[test]
fn what_is_found_stands_in_80_columns_and_its_reading_is_recorded() {
    let place = leads();
    let readings = |place: &Place| {
        let facts = place.run(&["export", "--what", "facts"]).out;
        facts.lines().filter(|line| line.contains("\"kind\":\"unsealed\"")).count()
    };
    let before = readings(&place);
    let shown = place.run_with(&["find", "-"], "ada@acme.example");
    assert!(shown.out.contains("Ada Lovelace") && shown.out.contains(" UTC"), "{}", shown.out);
    assert!(shown.out.lines().all(|line| line.chars().count() <= 80), "{}", shown.out);
    assert_eq!(readings(&place), before + 1);
    let typed = place.run(&["find", "ada@acme.example"]);
    assert!(typed.err.contains("shell's history"), "{}", typed.err);
    assert!(!typed.err.contains("ada@"), "{}", typed.err);
}

#[test]
fn what_nobody_is_known_by_is_said() {
    let place = leads();
    for text in ["nobody@acme.example", "Byron", "h-zzzzzzzz", "elsewhere.example", "a-team"] {
        assert_eq!(rows(&place, text).len(), 0, "{text}");
    }
    let shown = place.run(&["find", "Byron"]);
    assert!(shown.out.contains("baton find --help"), "{}", shown.out);
    let help = place.run(&["find", "--help"]).out;
    for says in ["cannot be searched", "100,000", "SOURCE:ID"] {
        assert!(help.contains(says), "{says}: {help}");
    }
    let several = place.run(&["find", "h-"]);
    assert_eq!(several.code, Some(0), "{}", several.err);
    place.run_with(&["find", "-"], " \n").failed(2, "identifier-unreadable");
    // Known, but no turn has taken the signal.
    let waiting = Place::new();
    waiting.write("leads.yaml", MAP);
    waiting.write("leads.csv", LEADS);
    waiting.json(&["import", "--map", "leads.yaml", "leads.csv"]);
    let found = waiting.run_with(&["find", "-"], "ada@acme.example");
    assert!(found.err.contains("3 signals wait for a turn"), "{}{}", found.out, found.err);
}

/// Every command of the page runs as it stands, over the leads that it speaks of.
#[test]
fn the_commands_of_the_page_run_as_they_stand() {
    let place = leads();
    let page = include_str!("../../../../../docs/how-to/find-your-way.md");
    let handoff =
        of(&rows(&place, "acme.example"), "handoff")[0]["id"].as_str().unwrap().to_owned();
    let mut ran = 0;
    for block in page.split("```sh\n").skip(1) {
        for line in block.split("```").next().unwrap().lines() {
            let (input, command) = match line.split_once(" | ") {
                Some((input, command)) => (input.strip_prefix("printf "), command),
                None => (None, line),
            };
            let typed = command.replace("h-7f3a", &handoff);
            let words: Vec<&str> = split(typed.strip_prefix("baton ").expect(line));
            let ended = match input {
                Some(input) => place.run_with(&words, input),
                None => place.run(&words),
            };
            assert_eq!(ended.code, Some(0), "{line}: {}{}", ended.out, ended.err);
            assert!(!ended.out.is_empty() && !ended.out.contains("Nothing is known"), "{line}");
            ran += 1;
        }
    }
    assert!(ran > 10, "{ran}");
}

/// The words of a command, with those in quotes whole.
fn split(command: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (at, part) in command.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part);
        } else {
            words.extend(part.split_whitespace());
        }
    }
    words
}

/// One lead is in, one names a company and no date that can be read, one has an address of no shape.
fn with_quarantine() -> Place {
    let place = leads();
    place.write(
        "bad.yaml",
        MAP.replace(
            "    lead: true\n",
            "    lead: true\n    time: { column: at, formats: [\"%Y-%m-%d\"] }\n",
        ),
    );
    place.write(
        "bad.csv",
        "id,email,phone,first,last,company,at\n\
         5001,kurt@north.example,+493077777777,Kurt,Goedel,North AG,gestern\n",
    );
    place.json(&["import", "--map", "bad.yaml", "bad.csv"]);
    place
}

#[test]
fn found_g_a_lead_in_quarantine_is_found_by_what_it_is_known_by() {
    let place = with_quarantine();
    for text in ["kurt@north.example", " KURT@north.example", "+49 30 77777777"] {
        let found = piped(&place, text);
        let held = of(&found, "quarantine-entry");
        assert_eq!(held.len(), 1, "{text}: {found:?}");
        assert_eq!(
            (&held[0]["reason"], &held[0]["state"]),
            (&"time-unreadable".into(), &"waiting".into())
        );
        for verb in ["find", "why"] {
            let told = place.run_with(&[verb, "-"], text);
            assert_eq!(told.code, Some(0), "{verb}: {}", told.err);
            for says in
                ["waits in quarantine", "time-unreadable", "baton quarantine show q-", "line 2"]
            {
                assert!(told.out.contains(says), "{verb}: {says} in {}", told.out);
            }
            assert!(!told.out.contains("kurt"), "{}", told.out);
        }
        let id = held[0]["id"].as_str().unwrap();
        let by_id = place.run(&["why", id]);
        assert!(by_id.out.contains("waits in quarantine"), "{}{}", by_id.out, by_id.err);
    }
    assert!(of(&piped(&place, "nobody@north.example"), "quarantine-entry").is_empty());
}

#[test]
fn found_g_why_takes_an_address() {
    let place = leads();
    let told = place.run_with(&["why", "-"], "ada@acme.example");
    assert_eq!(told.code, Some(0), "{}", told.err);
    let listed = place.run_with(&["find", "-", "--json"], "ada@acme.example");
    let rows: Vec<Value> = listed.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let id = of(&rows, "handoff")[0]["id"].as_str().unwrap();
    assert_eq!(told.out, place.run(&["why", id]).out);
    place.run_with(&["why", "-"], "nobody@acme.example").failed(2, "unknown-id");
}
