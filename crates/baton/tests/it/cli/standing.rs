//! How things stand: strategies, the team, lines, sources and destinations.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt as _;
use std::thread;

use serde_json::Value;

use super::find::leads;
use super::program::{Place, example};
use super::strategy::copy;

fn rows(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let ended = place.run(&[arguments, &["--json"]].concat());
    assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.err);
    ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
fn fits(place: &Place, arguments: &[&str], says: &[&str]) {
    let shown = place.run(arguments);
    assert_eq!(shown.code, Some(0), "{arguments:?}: {}", shown.err);
    for says in says {
        assert!(shown.out.contains(says), "{says} in {}", shown.out);
    }
    assert!(shown.out.lines().all(|line| line.chars().count() <= 80), "{}", shown.out);
}

#[test]
fn found_g2_what_is_in_force_is_told_since_when_by_whom_and_what_was_before() {
    let place = Place::new();
    copy(&example("strategies/olist"), &place, "strategy");
    let first = place.json(&["apply", "strategy"])["strategy"].clone();
    let text = std::fs::read_to_string(place.path("strategy/strategy.yaml")).unwrap();
    place.write("strategy/strategy.yaml", text.replacen("seed: ", "seed: 1", 1));
    let second = place.json(&["apply", "strategy"])["strategy"].clone();
    place.json(&["rollback"]);
    let told = rows(&place, &["strategies"]);
    let versions: Vec<&Value> = told.iter().map(|row| &row["version"]).collect();
    assert_eq!(versions, [&first, &second, &first]);
    let in_force: Vec<bool> = told.iter().map(|row| row["in_force"].as_bool().unwrap()).collect();
    assert_eq!(in_force, [true, false, false]);
    assert_eq!((&told[0]["rollback"], &told[0]["previous"]), (&true.into(), &second));
    assert_eq!((&told[0]["by"], &told[0]["until"]), (&"operator".into(), &Value::Null));
    assert_eq!(told[1]["until"], told[0]["since"]);
    fits(&place, &["strategies"], &["in force, rolled back", "since (UTC)", "operator"]);
}

#[test]
fn the_team_is_told_with_open_work_caps_and_what_each_is_owed() {
    let place = leads();
    let told = rows(&place, &["team"]);
    let open: u64 = told.iter().map(|row| row["open"].as_u64().unwrap()).sum();
    let received: u64 = told
        .iter()
        .flat_map(|row| row["pools"].as_array().unwrap())
        .map(|pool| pool["received"].as_u64().unwrap())
        .sum();
    assert_eq!((open, received), (3, 3), "{told:?}");
    for row in &told {
        for pool in row["pools"].as_array().unwrap() {
            assert_eq!(pool["caps"]["open"], 200, "{row}");
            assert!(pool["owed"].is_number() && pool["capped"].is_null(), "{row}");
        }
    }
    fits(&place, &["team"], &["until (UTC)", "a.alves"]);
    let empty = Place::new();
    empty.write("map.yaml", "source: crm\nfiles:\n  \"*.csv\":\n    kind: lead.created\n    id: id\n    subject: { email: id }\n");
    empty.write("leads.csv", "id\nada@firm.example\n");
    empty.json(&["import", "--map", "map.yaml", "leads.csv"]);
    empty.run(&["team"]).failed(3, "no-strategy");
}

#[test]
fn who_waits_is_told_pool_by_pool_in_the_order_of_service() {
    let place = Place::new();
    copy(&example("strategies/olist"), &place, "strategy");
    let routing = std::fs::read_to_string(place.path("strategy/routing.yaml")).unwrap();
    let held = routing
        .replace("caps: { day: 40, open: 200 }", "caps: { open: 1 }")
        .replace("all_capped: next route", "all_capped: hold");
    place.write("strategy/routing.yaml", held);
    place.json(&["apply", "strategy"]);
    place.write(
        "map.yaml",
        "source: crm\nfiles:\n  \"*.csv\":\n    kind: lead.created\n    lead: true\n    id: id\n    \
         subject: { email: email }\n    fields: { person.first_name: name }\n",
    );
    let rows_of = |number| format!("{number},p{number}@firm{number}.example,Person{number}\n");
    let all: String = (0..20).map(rows_of).collect();
    place.write("leads.csv", format!("id,email,name\n{all}"));
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let told = rows(&place, &["lines"]);
    assert!(told.len() > 5, "{told:?}");
    let places: Vec<u64> = told.iter().map(|row| row["place"].as_u64().unwrap()).collect();
    assert_eq!(places, (1..=told.len() as u64).collect::<Vec<_>>());
    let since: Vec<&str> = told.iter().map(|row| row["since"].as_str().unwrap()).collect();
    assert!(since.is_sorted(), "{since:?}");
    for row in &told {
        assert!(row["reasons"].to_string().contains("all-capped"), "{row}");
        assert!(row["name"].as_str().unwrap().starts_with("Person"), "{row}");
        assert_eq!(row["pool"], "other");
    }
    assert_eq!(rows(&place, &["lines", "--limit", "2"]).len(), 2);
    fits(&place, &["lines"], &["since (UTC)", "other", "Person"]);
    let capped = rows(&place, &["team"]);
    assert!(capped.iter().any(|row| row["pools"].to_string().contains("open-cap")), "{capped:?}");
}

#[test]
fn sources_are_told_with_what_came_and_what_is_held() {
    let place = leads();
    place.write("data/baton.toml", "[sources.web]\nkind = \"cloudevents\"\n");
    place.write("bad.csv", "id,email,phone,first,last,company\n9,a@@b,,,,\n10,c@@d,,,,\n");
    place.json(&["import", "--map", "leads.yaml", "bad.csv", "leads.csv"]);
    let told = rows(&place, &["sources"]);
    let names: Vec<&str> = told.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["crm", "web"]);
    assert_eq!((&told[0]["accepted"], &told[0]["duplicates"]), (&3.into(), &3.into()), "{told:?}");
    assert_eq!(told[0]["quarantined"]["address-unreadable"], 2, "{told:?}");
    assert!(told[0]["last_signal"].is_string() && told[0]["kind"].is_null(), "{told:?}");
    assert_eq!((&told[1]["kind"], &told[1]["last_signal"]), (&"cloudevents".into(), &Value::Null));
    fits(&place, &["sources"], &["last signal (UTC)", "address-unreadable"]);
}

/// Takes one request, answers with a status, and gives what was sent.
fn receiver(status: &'static str) -> (u16, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = thread::spawn(move || {
        let (mut line, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        let mut part = [0; 4096];
        while !heard.ends_with(b"}") {
            let read = line.read(&mut part).unwrap();
            if read == 0 {
                break;
            }
            heard.extend_from_slice(&part[..read]);
        }
        write!(line, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        String::from_utf8(heard).unwrap()
    });
    (port, heard)
}

fn with_destinations(text: &str) -> Place {
    let place = Place::new();
    std::fs::DirBuilder::new().mode(0o700).create(place.data()).unwrap();
    place.write("data/baton.toml", text);
    place
}

#[test]
fn a_test_message_is_sent_once_and_what_came_of_it_is_said() {
    let (good, heard) = receiver("204 No Content");
    let (bad, refused) = receiver("403 Forbidden");
    let place = with_destinations(&format!(
        "[destinations.hook]\nkind = \"webhook\"\nendpoint = \"http://127.0.0.1:{good}/hook\"\n\
         [destinations.shut]\nkind = \"webhook\"\nendpoint = \"http://127.0.0.1:{bad}/hook\"\n\
         [destinations.nowhere]\nkind = \"webhook\"\nendpoint = \"http://127.0.0.1:1/hook\"\n\
         [destinations.signed]\nkind = \"webhook\"\nendpoint = \"https://a.example/\"\ncredential = \"env:NOT_SET_HERE\"\n\
         [destinations.archive]\nkind = \"file\"\npath = \"../archive.jsonl\"\n\
         [network]\nallow_private = [\"127.0.0.1/32\"]\n"
    ));
    let sent = place.json(&["destinations", "test", "hook"]);
    assert_eq!((&sent["delivered"], &sent["status"]), (&true.into(), &204.into()), "{sent}");
    let heard = heard.join().unwrap();
    assert!(heard.contains("\"test\":true") && heard.contains("webhook-id"), "{heard}");
    place.json(&["destinations", "test", "archive"]);
    let archived = std::fs::read_to_string(place.path("archive.jsonl")).unwrap();
    assert!(archived.lines().count() == 1 && archived.contains("\"test\":true"), "{archived}");

    let shut = place.run(&["destinations", "test", "shut"]);
    assert_eq!(shut.code, Some(1), "{}{}", shut.out, shut.err);
    assert!(shut.out.contains("403") && shut.out.contains("baton explain"), "{}", shut.out);
    refused.join().unwrap();
    let nowhere = place.run(&["destinations", "test", "nowhere", "--json"]);
    assert_eq!((nowhere.code, &nowhere.json()["delivered"]), (Some(1), &false.into()));
    let unknown = place.run(&["destinations", "test", "hok"]);
    unknown.failed(2, "destination-unknown");
    assert!(unknown.err.contains("`hook`"), "{}", unknown.err);
    place.run(&["destinations", "test", "signed"]).failed(2, "credential-missing");
}

#[test]
fn destinations_are_told_with_what_is_open_and_what_failed() {
    let place = leads();
    copy(&example("strategies/olist"), &place, "strategy");
    place.write(
        "strategy/destinations.yaml",
        "steps:\n  - { step: tell, to: hook, when: offered, send: [handoff] }\n",
    );
    let hook = "[destinations.hook]\nkind = \"webhook\"\nendpoint = \"https://hook.example/\"\n";
    let inside = "[destinations.inside]\nkind = \"webhook\"\nendpoint = \"http://127.0.0.1:9/\"\n";
    place.write("data/baton.toml", format!("{hook}{inside}"));
    place.json(&["apply", "strategy"]);
    place.write("more.csv", "id,email,phone,first,last,company\n8,eve@east.example,,Eve,,East\n");
    place.json(&["import", "--map", "leads.yaml", "more.csv"]);
    let told = rows(&place, &["destinations"]);
    assert_eq!((&told[0]["name"], &told[0]["kind"]), (&"hook".into(), &"webhook".into()));
    assert_eq!((&told[0]["health"], &told[0]["open"]), (&"ok".into(), &1.into()), "{told:?}");
    assert_eq!(told[1]["health"], "forbidden", "{told:?}");
    fits(&place, &["destinations"], &["last error (UTC)", "hook", "forbidden"]);
    place.write("data/baton.toml", inside);
    let told = rows(&place, &["destinations"]);
    assert_eq!(told[0]["health"], "not-configured", "{told:?}");
}
