//! The handbook of strategies: every example of it is read, and every key, column, name and function
//! that the program knows has one. The program itself is asked what it knows: a key that nobody knows is
//! put into each map of the examples, and the answer names those that are known there.

use std::collections::{BTreeMap, BTreeSet};

use notation::{Data, Diagnostics, Node, Sources};
use rules::autonomy::Levels;
use rules::name::Name;
use rules::routing::{Method, Otherwise, Unanswered};
use rules::{Compiled, Files, Strategy, compile};

const PAGE: &str = include_str!("../../../../docs/how-to/strategy.md");

/// A key and a function that nobody knows, and that resembles none.
const STRANGER: &str = "zzzzzzzzzzzz";

/// An example: the file that it is, and its text.
type Example = (String, String);

/// The examples of a page: blocks whose fence names a file.
fn examples(page: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some((_, file)) = info.split_once(' ') {
            examples.push((file.to_owned(), format!("{}\n", body.join("\n"))));
        }
    }
    examples
}

/// The examples of the first part, which are a strategy by themselves.
fn first() -> Vec<Example> {
    let end = PAGE.find("## Check it and put it in force").expect("the part after the first");
    examples(&PAGE[..end])
}

/// A folder of examples, where the last of a file counts.
fn folder(examples: &[Example]) -> BTreeMap<String, Vec<u8>> {
    examples.iter().map(|(file, text)| (file.clone(), text.clone().into_bytes())).collect()
}

fn told(compiled: &Compiled) -> Vec<String> {
    let sources = &compiled.sources;
    let told = compiled.diagnostics.list().iter();
    told.map(|told| notation::draw(sources, told)).collect()
}

#[track_caller]
fn strategy(files: BTreeMap<String, Vec<u8>>) -> Strategy {
    let compiled = compile(&Files(files));
    let told = told(&compiled);
    compiled.strategy.unwrap_or_else(|| panic!("{}", told.join("\n")))
}

#[test]
fn the_strategy_of_ten_minutes_has_nothing_to_mend() {
    let compiled = compile(&Files(folder(&first())));
    assert_eq!(told(&compiled), Vec::<String>::new());
}

#[test]
fn every_example_is_read_beside_those_of_the_first_part() {
    let all = examples(PAGE);
    let later = &all[first().len()..];
    assert!(later.len() >= 15, "{} examples", later.len());
    // What an example names stands in others: together they are read, and each with the first part.
    let whole = compile(&Files(folder(&all)));
    assert!(whole.strategy.is_some(), "{}", told(&whole).join("\n"));
    // Nothing that somebody may copy has a name that was meant otherwise, or a fence that stops most leads.
    let doubts = ["name-doubtful", "starts-unmet", "fence-on-unknown"];
    let told = whole.diagnostics.list().iter().filter(|told| doubts.contains(&told.code));
    assert_eq!(told.collect::<Vec<_>>(), Vec::<&notation::Diagnostic>::new());
}

/// What is known in the maps of the examples, and what the examples have of it.
#[derive(Default)]
struct Keys {
    /// By the keys that are known in a map: those that an example has.
    shown: BTreeMap<BTreeSet<String>, BTreeSet<String>>,
}

impl Keys {
    /// Asks about every map of every example.
    fn of(all: &[Example]) -> Self {
        let mut keys = Self::default();
        for (file, text) in all {
            let is_tree = text.contains(": ") && !file.starts_with("contracts/");
            if is_tree && !text.starts_with("---") {
                keys.ask(file, text, "", all);
            } else if let Some(head) = text.strip_prefix("---\n") {
                let (head, body) = head.split_once("\n---\n").expect("a head");
                keys.ask(file, &format!("{head}\n"), body, all);
            }
        }
        keys
    }

    fn ask(&mut self, file: &str, text: &str, body: &str, all: &[Example]) {
        let mut sources = Sources::new();
        let at = sources.add(file, text.to_owned());
        let tree = notation::parse(&sources, at, &mut Diagnostics::new()).expect("an example");
        let mut maps = Vec::new();
        gather(&tree, &mut maps);
        for (place, map) in maps.iter().enumerate() {
            let mut planted = String::new();
            write(&tree, place, &mut 0, &mut planted);
            if !body.is_empty() {
                planted = format!("---\n{planted}\n---\n{body}");
            }
            let mut files = folder(all);
            files.insert(file.to_owned(), planted.into_bytes());
            let compiled = compile(&Files(files));
            let known =
                compiled.diagnostics.list().iter().filter(|told| told.message.contains(STRANGER));
            for help in known.filter_map(|told| told.help.as_deref()) {
                let Some(known) = help.strip_prefix("known here: ") else { continue };
                let known = known.split(", ").map(str::to_owned).collect();
                self.shown.entry(known).or_default().extend(map.iter().cloned());
            }
        }
    }

    fn without_example(&self) -> Vec<&str> {
        let missing = self.shown.iter().flat_map(|(known, shown)| known.difference(shown));
        missing.map(String::as_str).collect()
    }
}

/// The keys of every map, in the order in which [`write`] counts them.
fn gather(node: &Node, maps: &mut Vec<Vec<String>>) {
    match &node.data {
        Data::Map(pairs) => {
            maps.push(pairs.iter().map(|(key, _)| key.text.clone()).collect());
            for (_, value) in pairs {
                gather(value, maps);
            }
        }
        Data::List(nodes) => {
            for node in nodes {
                gather(node, maps);
            }
        }
        Data::Null | Data::Scalar(_) => {}
    }
}

/// Writes a tree on one line, with the stranger in the map of that place.
fn write(node: &Node, place: usize, at: &mut usize, to: &mut String) {
    match &node.data {
        Data::Map(pairs) => {
            to.push_str("{ ");
            if *at == place {
                to.push_str(STRANGER);
                to.push_str(": 1, ");
            }
            *at += 1;
            for (key, value) in pairs {
                quote(&key.text, to);
                to.push_str(": ");
                write(value, place, at, to);
                to.push_str(", ");
            }
            to.push('}');
        }
        Data::List(nodes) => {
            to.push('[');
            for node in nodes {
                write(node, place, at, to);
                to.push_str(", ");
            }
            to.push(']');
        }
        Data::Scalar(scalar)
            if scalar.quoted || scalar.text.contains([',', '[', '{', ':', '"']) =>
        {
            quote(&scalar.text, to);
        }
        Data::Scalar(scalar) => to.push_str(&scalar.text),
        Data::Null => to.push_str("null"),
    }
}

fn quote(text: &str, to: &mut String) {
    to.push('\'');
    to.push_str(&text.replace('\'', "''"));
    to.push('\'');
}

#[test]
fn every_key_has_an_example() {
    let keys = Keys::of(&examples(PAGE));
    let known: usize = keys.shown.keys().map(BTreeSet::len).sum();
    assert!(known >= 60, "the program was asked, and knows {known} keys");
    assert_eq!(keys.without_example(), Vec::<&str>::new());
}

#[test]
fn a_key_without_an_example_is_found() {
    for (with, without, key) in [
        (", at_most: 24", "", "at_most"),
        (", alarm: true", "", "alarm"),
        (", week: 20", "", "week"),
        (", after: 1 working day", "", "after"),
        ("holidays_ics: bavaria.ics\n", "", "holidays_ics"),
    ] {
        let page = PAGE.replace(with, without);
        let page = if key == "at_most" { page.replace(", at_most: 10", "") } else { page };
        assert_ne!(page, PAGE, "{key} is on the page");
        let keys = Keys::of(&examples(&page));
        assert!(keys.without_example().contains(&key), "{key}: {:?}", keys.without_example());
    }
}

/// The columns that the examples of a file have.
fn columns(file: &str) -> BTreeSet<String> {
    let all = examples(PAGE);
    let heads = all.iter().filter(|(name, _)| name == file);
    let heads = heads.filter_map(|(_, text)| text.lines().next());
    heads.flat_map(|head| head.split(',')).map(str::to_owned).collect()
}

#[test]
fn every_column_has_an_example() {
    for (file, source) in [
        ("team.csv", include_str!("../../src/team/read.rs")),
        ("territories.csv", include_str!("../../src/territory/read.rs")),
    ] {
        let (_, known) =
            source.split_once("const KNOWN: [&str; ").expect("the columns of the reader");
        let (known, _) = known.split_once("];").expect("the end of the columns");
        let known: Vec<&str> = known.split('"').skip(1).step_by(2).collect();
        assert!(known.len() >= 8, "{file}: {known:?}");
        let shown = columns(file);
        let missing: Vec<&&str> = known.iter().filter(|known| !shown.contains(**known)).collect();
        assert_eq!(missing, Vec::<&&str>::new(), "{file}");
    }
    for (file, known) in
        [("leave.csv", "id,from,until,reason"), ("named_accounts.csv", "domain,owner,from,until")]
    {
        assert!(known.split(',').all(|known| columns(file).contains(known)), "{file}");
    }
}

#[test]
fn every_name_is_on_the_page_and_every_function_has_an_example_that_is_read() {
    for name in Name::built_in() {
        assert!(PAGE.contains(&format!("`{name}`")), "`{name}` is not on the page");
    }
    let examples = functions();
    assert!(examples.len() >= 15, "{examples:?}");
    for example in &examples {
        let compiled = compile(&Files(with_condition(example)));
        assert!(compiled.strategy.is_some(), "{example}: {}", told(&compiled).join("\n"));
    }
    let compiled = compile(&Files(with_condition(&format!("{STRANGER}(1)"))));
    let told: Vec<&str> =
        compiled.diagnostics.list().iter().filter_map(|told| told.help.as_deref()).collect();
    let known = told.iter().find_map(|help| help.strip_prefix("known: ")).expect("what is known");
    for function in known.split(", ") {
        let has = |example: &&String| {
            example.contains(&format!("{function}(")) || example.contains(&format!(" {function} "))
        };
        assert!(examples.iter().any(|example| has(&example)), "`{function}` has no example");
    }
}

/// The examples of the table of functions.
fn functions() -> Vec<String> {
    let table = &PAGE[PAGE.find("### Functions").expect("the table")..];
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once("` |")).map(|(code, _)| code.replace("\\|", "|")).collect()
}

/// All examples, with this condition in a pool where it is about a member, else in a route.
fn with_condition(condition: &str) -> BTreeMap<String, Vec<u8>> {
    let quoted = condition.replace('\'', "''");
    let (when, members) = if condition.starts_with("member.") {
        ("true".to_owned(), quoted)
    } else {
        (quoted, "member.segment == \"rep\"".to_owned())
    };
    let routing = format!(
        "routes:\n  - {{ route: probe, when: '{when}', to: {{ pool: germany }} }}\n  \
         - {{ route: all, to: {{ queue: unassigned }} }}\npools:\n  germany: {{ members: '{members}' }}\n\
         queues:\n  unassigned: {{ owner: i.weber, within: 2h }}\n"
    );
    let mut files = folder(&examples(PAGE));
    files.remove("territories.csv");
    files.insert("routing.yaml".to_owned(), routing.into_bytes());
    let sla = "warm: { accept: { within: 1h } }\n";
    files.insert("sla.yaml".to_owned(), sla.as_bytes().to_vec());
    files
}

#[test]
fn the_defaults_are_those_that_the_page_tells() {
    let mut files = folder(&first());
    let routing = "routes:\n  - { route: all, to: { pool: plain } }\n  - { route: rest, to: { queue: unassigned } }\n\
                   pools:\n  plain: { members: 'member.segment == \"rep\"' }\n\
                   queues:\n  unassigned: { owner: i.weber, within: 2h }\n";
    files.insert("routing.yaml".to_owned(), routing.as_bytes().to_vec());
    let strategy = strategy(files);
    let pool = &strategy.routing.pools[0];
    assert_eq!(pool.method, Method::InTurn);
    assert_eq!((pool.all_away, pool.all_capped), (Otherwise::Hold, Otherwise::NextRoute));
    assert_eq!(pool.offer, Unanswered::NextMember);
    assert!(!strategy.routing.queues[0].alarm);
    assert_eq!((strategy.seed, strategy.explore_ppm), (0, 0));
    assert_eq!(strategy.autonomy, Levels::default());
    let step = &strategy.destinations.steps[0];
    assert!(!step.must && step.undo.is_none());
    for row in [
        "| `seed` | what ties and draws are drawn from: the same seed, the same draws | `0` |",
        "| `explore` | the share of leads given at random to somebody of the pool, so that you learn \
         whether the rule is right | `0%` |",
        "| `in turn`; `weighted` by the column `weight`; `least open work` | `in turn` |",
        "`next route`, `pool NAME`, `ignore hours` | `hold` |",
        "`hold`, `next route`, `pool NAME` | `next route` |",
        "`next member`, `stay` (the chain decides), `queue NAME` | `next member` |",
        "(default `false`)",
    ] {
        assert!(PAGE.contains(row), "the page tells: {row}");
    }
}
