//! `baton.toml`: what is written wrongly is told with its place, and a secret is never shown.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{ChildStderr, Command};

use crate::cli::program::{Ended, Place};
use crate::house::{EVENT, call, view};

/// Starts a server with a configuration that must be refused.
fn refused(text: &str) -> Ended {
    let place = Place::new();
    place.write("baton.toml", text);
    place.run(&["serve", "--config", "baton.toml", "--listen", "127.0.0.1:0"])
}

#[track_caller]
fn check(text: &str, code: &str, said: &str) {
    let ended = refused(text);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains(&format!("error[{code}]")), "no {code} in: {}", ended.err);
    assert!(ended.err.contains(said), "no `{said}` in: {}", ended.err);
    assert!(ended.err.contains("baton.toml:") && ended.err.contains('^'), "{}", ended.err);
}

#[test]
fn y4_an_unknown_key_is_told_with_the_nearest() {
    check("[listen]\nadress = \"127.0.0.1:1\"\n", "unknown-key", "did you mean `address`?");
    check("[sorces.web]\nkind = \"segment\"\n", "unknown-key", "did you mean `sources`?");
    check("[sources.web]\nkind = \"segmnt\"\n", "unknown-word", "did you mean `segment`?");
    check("[sources.web]\n", "missing-key", "`kind` is missing");
}

#[test]
fn y6_a_secret_in_the_file_is_refused_and_not_shown() {
    let secret = "hunter2hunter2hunter2";
    for text in [
        format!("[sources.web]\nkind = \"segment\"\ncredential = \"{secret}\"\n"),
        format!(
            "[destinations.x]\nkind = \"webhook\"\nendpoint = \"https://a:{secret}@b.example\"\n"
        ),
        format!("[sources.web]\nkind = \"segment\"\nsecret = \"{secret}\"\n"),
        format!("[sources.web]\nkind = \"segment\"\ncredential = \"{secret}\n"),
    ] {
        let ended = refused(&text);
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        assert!(!ended.err.contains(secret), "{}", ended.err);
        assert!(ended.err.contains("***"), "{}", ended.err);
    }
    check(
        &format!("[sources.web]\nkind = \"segment\"\ncredential = \"{secret}\"\n"),
        "secret-literal",
        "env:NAME",
    );
}

#[test]
fn y7_a_variable_is_not_put_into_a_text_and_one_that_is_not_set_is_told() {
    check(
        "[listen]\naddress = \"${HOST}:80\"\n",
        "config-value",
        "variables are not put into texts",
    );
    let unset = "[sources.web]\nkind = \"segment\"\ncredential = \"env:BATON_NO_SUCH_VARIABLE\"\n";
    refused(unset).failed(2, "credential-missing");
}

#[test]
fn y8_an_address_that_others_reach_asks_for_a_key() {
    let place = Place::new();
    place.run(&["serve", "--listen", "0.0.0.0:0"]).failed(2, "listen-open");
    place.run(&["demo", "--listen", "0.0.0.0:0"]).failed(2, "listen-open");
    check(
        "[listen]\naddress = \"0.0.0.0:8080\"\n[sources.crm]\nkind = \"webhook\"\n",
        "listen-open",
        "anybody who reaches the address",
    );
}

#[test]
fn y10_a_file_that_others_write_or_a_link_is_refused() {
    let place = Place::new();
    let path = place.write("own.toml", "[listen]\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    place.run(&["serve", "--config", "own.toml"]).failed(2, "file-open-to-others");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&path, place.path("link.toml")).unwrap();
    place.run(&["serve", "--config", "link.toml"]).failed(2, "config-unread");
    place.run(&["serve", "--config", "none.toml"]).failed(2, "config-unread");
}

#[test]
fn a_destination_in_the_data_folder_is_refused() {
    let place = Place::new();
    place.json(&["key", "create", "--name", "k", "--scope", "read"]);
    let path = place.data().join("out.jsonl");
    place.write("own.toml", format!("[destinations.a]\nkind = \"file\"\npath = {path:?}\n"));
    place.run(&["serve", "--config", "own.toml"]).failed(2, "destination-in-data");
}

/// The lines that a program logs, as they come.
struct Log(std::io::Lines<BufReader<ChildStderr>>);

impl Log {
    fn until(&mut self, wanted: &str) -> String {
        self.0.by_ref().map(Result::unwrap).find(|line| line.contains(wanted)).unwrap()
    }
}

#[test]
fn y9_a_broken_file_leaves_the_server_as_it_began_and_is_told() {
    let place = Place::new();
    place.write("baton.toml", "[sources.web]\nkind = \"segment\"\n");
    let serve = ["serve", "--config", "baton.toml", "--listen", "127.0.0.1:0"];
    let mut child = place.start_heard(&serve);
    let mut log = Log(BufReader::new(child.stderr.take().unwrap()).lines());
    let told = log.until("listens on http://");
    let address: SocketAddr = told.rsplit('/').next().unwrap().parse().unwrap();
    let signal = |name: &str| {
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    };
    let goes_on = || {
        let event = view("1", "ada").to_string();
        call(address, "POST", "/v1/signals", &EVENT, event.as_bytes()).problem(401)
    };

    signal("-HUP");
    log.until("counts from the next start on");
    for (text, code) in [
        ("[sources.web]\nknid = \"segment\"\n", "config-wrong"),
        (
            "[sources.web]\nkind = \"segment\"\ncredential = \"env:BATON_NO_SUCH\"\n",
            "credential-missing",
        ),
    ] {
        place.write("baton.toml", text);
        signal("-HUP");
        assert!(log.until("the one of the start goes on").contains(code));
        assert_eq!(goes_on(), "key-needed");
        assert_eq!(place.run(&serve).code, Some(2), "a start says it too");
    }
    signal("-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
