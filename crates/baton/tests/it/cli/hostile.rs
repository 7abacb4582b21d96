//! What is typed, and what files are called, reaches a terminal with nothing in it that the terminal would
//! act on: every verb, every argument.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use super::program::{Place, example};
use crate::program::program;

/// Colours, a title, the cursor, another order of reading, and a line that looks like one of ours.
const PLANTED: &str =
    "x\u{1b}[31m\u{1b}]0;t\u{7}\u{9b}2J\u{202e}\u{2066}\r\nFORGED: all is well\u{8}y";
/// The same as the name of a file.
const NAME: &str = "x\u{1b}[31m\u{9b}2J\u{202e}\nFORGED: all is well.csv";

/// A verb as its help tells of it.
#[derive(Debug)]
struct Verb {
    path: Vec<String>,
    /// Options that take a value.
    options: BTreeSet<String>,
    positionals: usize,
}

fn outputs(place: &Place, arguments: &[String]) -> (String, String) {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(place.path("")).stdin(Stdio::null());
    let output = command.env_remove("BATON_DATA").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

/// Both outputs of a call show what was typed, and do nothing else with it.
#[track_caller]
fn looks_harmless(place: &Place, arguments: &[String]) -> String {
    let (out, err) = outputs(place, arguments);
    for text in [&out, &err] {
        let acts = |c: &char| {
            c.is_control() && !matches!(c, '\n' | '\t')
                || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let found: Vec<char> = text.chars().filter(acts).collect();
        assert!(found.is_empty(), "{arguments:?} prints {found:?} in {text:?}");
        let forged = text.lines().any(|line| line.trim_start().starts_with("FORGED"));
        assert!(!forged, "{arguments:?} prints a line of somebody else's: {text}");
    }
    format!("{out}{err}")
}

/// All verbs, found by asking for help.
fn verbs(place: &Place) -> Vec<Verb> {
    let mut verbs = Vec::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(path) = open.pop() {
        let mut asked = path.clone();
        asked.push("--help".to_owned());
        let (help, _) = outputs(place, &asked);
        let mut verb = Verb { path: path.clone(), options: BTreeSet::new(), positionals: 0 };
        let mut section = "";
        let mut below = 0;
        for line in help.lines() {
            if !line.starts_with(' ') && line.ends_with(':') {
                section = line;
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let Some(first) = words.first() else { continue };
            let indent = line.len() - line.trim_start().len();
            // In one list, or in groups that have a name each.
            let of_verbs = !matches!(
                section,
                "" | "Arguments:" | "Options:" | "Example:" | "Examples:" | "For every verb:"
            );
            if of_verbs && indent == 2 && first.starts_with(|c: char| c.is_ascii_lowercase()) {
                open.push([path.clone(), vec![(*first).to_owned()]].concat());
                below += 1;
            } else if section == "Arguments:" && indent == 2 {
                verb.positionals += 1;
            } else if let Some(at) = words.iter().position(|word| word.starts_with("--"))
                && at <= 1
                && words.get(at + 1).is_some_and(|word| word.starts_with('<'))
            {
                verb.options.insert(words[at].to_owned());
            }
        }
        assert!(path.len() <= 2, "no verb stands so deep: {path:?}");
        // A verb with verbs below it may be one itself, as `doctor` is.
        if below == 0 || verb.positionals > 0 {
            verbs.push(verb);
        }
    }
    verbs
}

#[test]
fn found_terminal_every_argument_of_every_verb_is_shown_and_nothing_else() {
    let place = Place::new();
    let own = |text: &str| text.to_owned();
    let verbs = verbs(&place);
    assert!(verbs.len() >= 24, "{verbs:?}");
    // A file in place of the folder: its name is told, and nothing begins to run.
    let file = place.write(&format!("f{NAME}"), "no folder").display().to_string();
    let mut planted = 0;
    for verb in &verbs {
        let positionals = vec![own(PLANTED); verb.positionals.max(1)];
        let with = |more: Vec<String>| [verb.path.clone(), more].concat();
        // An argument too many, and an option that there is not.
        looks_harmless(
            &place,
            &with([positionals.clone(), positionals.clone(), vec![own(PLANTED)]].concat()),
        );
        looks_harmless(&place, &with(vec![format!("--{PLANTED}")]));
        let data = vec![own("--data"), file.clone()];
        looks_harmless(
            &place,
            &with([data.clone(), vec![own(PLANTED); verb.positionals]].concat()),
        );
        for option in verb.options.iter().filter(|option| *option != "--data") {
            let one = vec![option.clone(), own(PLANTED)];
            looks_harmless(&place, &with([data.clone(), one.clone()].concat()));
            looks_harmless(&place, &with([data.clone(), positionals.clone(), one].concat()));
            looks_harmless(
                &place,
                &with([data.clone(), vec![format!("{option}={PLANTED}")]].concat()),
            );
            planted += 1;
        }
    }
    assert!(planted >= 60, "{planted}");
}

#[test]
fn found_terminal_names_of_files_and_values_in_them_are_shown_and_nothing_else() {
    let place = Place::new();
    let own = |text: &str| text.to_owned();
    let data = place.path(&format!("d{NAME}")).display().to_string();
    let call = |words: &[&str]| {
        let words = words.iter().map(|word| own(word));
        looks_harmless(&place, &words.chain([own("--data"), data.clone()]).collect::<Vec<_>>())
    };
    call(&["key", "create", "--scope", "read", "--name", PLANTED]);
    assert!(call(&["key", "list"]).contains("read"), "the folder was made");
    call(&["key", "list", "--json"]);
    call(&["doctor"]);
    call(&["doctor", "--json"]);
    for verb in ["context", "why", "brief"] {
        call(&[verb, PLANTED]);
    }
    call(&["brief", "h-0", "--for", PLANTED]);
    call(&["context", "a-0", "--as-of", PLANTED]);
    call(&["export", "--what", "state", "--purpose", PLANTED, "--reason", PLANTED]);

    // A strategy with a file of that name, and with that in one of its files.
    let strategy = place.path(&format!("s{NAME}"));
    std::fs::create_dir(&strategy).unwrap();
    std::fs::write(strategy.join(format!("z{NAME}")), "a,b\n").unwrap();
    std::fs::write(strategy.join("strategy.yaml"), format!("strategy: \"{PLANTED}\"\nfoo: [\n"))
        .unwrap();
    let folder = strategy.display().to_string();
    for words in [&["check", &folder][..], &["check", &folder, "--json"], &["apply", &folder]] {
        call(words);
    }

    // A map and rows of that name.
    let map = place.write(&format!("m{NAME}"), format!("source: x\n{PLANTED}: 1\nfiles: {{}}\n"));
    let rows =
        place.write(&format!("r{NAME}"), format!("id,email\n1,{PLANTED}\n")).display().to_string();
    let map = map.display().to_string();
    call(&["import", "--map", &map, &rows]);
    let usual = place.write(
        "map.yaml",
        "source: x\nfiles:\n  \"*\":\n    kind: lead.created\n    id: id\n    subject: { email: email }\n",
    );
    let usual = usual.display().to_string();
    call(&["import", "--map", &usual, &rows]);
    call(&["import", "--map", &usual, &rows, "--json"]);
    call(&["import", "--map", &usual, &format!("{rows}.missing")]);
    call(&["quarantine", "list"]);
    call(&["quarantine", "list", "--json"]);
    let report = place.path(&format!("no-folder{NAME}")).join("report.html").display().to_string();
    let good = example("strategies/olist");
    call(&["rehearse", "--strategy", &good, "--history", &usual, &rows, "--report", &report]);
    call(&["rehearse", "--strategy", &good, "--history", &usual, &rows, "--json"]);
    call(&["export", "--what", "facts,state", "--purpose", "audit"]);
}
