//! Every verb stands in the overview, once.

use std::collections::BTreeMap;

use clap::CommandFactory;

use super::GROUPS;
use crate::faces::cli::{CommandLine, command};

#[test]
fn every_verb_stands_in_one_group() {
    let mut grouped: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, verbs) in GROUPS {
        for verb in *verbs {
            *grouped.entry(verb).or_default() += 1;
        }
    }
    let plain = CommandLine::command();
    let verbs: BTreeMap<&str, usize> =
        plain.get_subcommands().map(|verb| (verb.get_name(), 1)).collect();
    assert_eq!(grouped, verbs, "a verb is missing in GROUPS, or stands there twice");
}

#[test]
fn the_overview_fits_eighty_columns_and_shows_what_each_verb_does() {
    let help = command().render_help().to_string();
    for line in help.lines() {
        assert!(line.chars().count() <= 80, "too wide: {line}");
    }
    for verb in CommandLine::command().get_subcommands() {
        let about = verb.get_about().expect("every verb says what it does").to_string();
        let first = about.split(' ').next().expect("it has a first word");
        let shown = help
            .lines()
            .any(|line| line.trim_start().starts_with(verb.get_name()) && line.contains(first));
        assert!(shown, "`{}` is not told in\n{help}", verb.get_name());
    }
}
