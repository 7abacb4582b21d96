//! What `baton --help` shows: the verbs in groups, by what somebody wants to do.

use std::fmt::Write as _;

use clap::Command;

use super::terminal;
use super::text::wrapped;

/// The verbs by what they are for, in the order in which somebody meets them.
const GROUPS: &[(&str, &[&str])] = &[
    ("Begin", &["demo", "init", "serve", "explain", "completions"]),
    ("Leads come in", &["import", "imports", "sources", "quarantine"]),
    (
        "Decide who gets them",
        &["check", "rehearse", "apply", "rollback", "strategies", "strategy", "diff", "lists"],
    ),
    (
        "Work them",
        &[
            "handoffs", "find", "brief", "why", "context", "accept", "reject", "reassign",
            "outcome", "debrief", "feedback", "snooze", "undo",
        ],
    ),
    ("The team", &["team", "lines", "pause", "resume", "credit", "leave"]),
    ("Connect", &["key", "user", "destinations"]),
    ("Account for it", &["audit", "export", "erase", "resolve"]),
    ("Look after the data folder", &["doctor", "migrate", "replay"]),
];

/// The command line with the overview for its help.
pub(super) fn shown_in(command: Command) -> Command {
    let groups = groups(&command, terminal::columns());
    let header = *command.get_styles().get_header();
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}\
         {header}For every verb:{header:#}\n{{options}}{{after-help}}"
    ))
}

/// Each group under its title, each verb with what it does.
fn groups(command: &Command, columns: usize) -> String {
    let longest = command.get_subcommands().map(|verb| verb.get_name().len()).max().unwrap_or(0);
    let indent = " ".repeat(longest + 4);
    let (header, literal) = (command.get_styles().get_header(), command.get_styles().get_literal());
    let mut shown = String::new();
    for (title, verbs) in GROUPS {
        writeln!(shown, "{header}{title}:{header:#}").expect("text takes what is written");
        for name in *verbs {
            let verb = command.find_subcommand(name).expect("a test looks for each verb");
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            let lines = wrapped(&about, columns.saturating_sub(indent.len()), "").join("\n");
            let about = lines.replace('\n', &format!("\n{indent}"));
            let gap = " ".repeat(longest + 2 - name.len());
            writeln!(shown, "  {literal}{name}{literal:#}{gap}{about}")
                .expect("text takes what is written");
        }
        shown.push('\n');
    }
    shown
}

#[cfg(test)]
mod tests;
