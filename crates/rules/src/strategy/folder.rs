//! Which file of a folder is what.

use notation::{Diagnostic, Diagnostics, FileId, Sources, Span, nearest};

use super::{Files, text};

/// Files of a folder.
const FILES_MAX: usize = 2_000;
/// Bytes of a folder.
const BYTES_MAX: usize = 64 << 20;

/// What a file is, by its path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    Yaml,
    Csv,
    Text,
    /// Not part of what decides.
    Apart,
    /// Nothing reads it yet, and the folder is refused with it.
    NotYet,
}

/// The files at the top that a strategy knows.
const TOP: [(&str, Kind); 15] = [
    ("strategy.yaml", Kind::Yaml),
    ("scoring.yaml", Kind::Yaml),
    ("readiness.yaml", Kind::Yaml),
    ("readiness.csv", Kind::Csv),
    ("routing.yaml", Kind::Yaml),
    ("sla.yaml", Kind::Yaml),
    ("destinations.yaml", Kind::Yaml),
    ("brief.yaml", Kind::Yaml),
    ("sources.yaml", Kind::Yaml),
    ("team.csv", Kind::Csv),
    ("leave.csv", Kind::Csv),
    ("territories.csv", Kind::Csv),
    ("named_accounts.csv", Kind::Csv),
    ("agents.yaml", Kind::NotYet),
    ("README.md", Kind::Apart),
];

/// The folders that a strategy knows, and what their files end in.
const FOLDERS: [(&str, &str, Kind); 8] = [
    ("lists/", ".csv", Kind::Csv),
    ("calendars/", ".yaml", Kind::Yaml),
    ("calendars/", ".ics", Kind::Text),
    ("contracts/", ".yaml", Kind::Yaml),
    ("maps/", ".yaml", Kind::Yaml),
    ("playbooks/", ".md", Kind::Text),
    ("tests/", ".story", Kind::Apart),
    ("policies/", ".cedar", Kind::NotYet),
];

pub(super) fn kind(path: &str) -> Option<Kind> {
    if let Some((_, kind)) = TOP.iter().find(|(name, _)| *name == path) {
        return Some(*kind);
    }
    let found = FOLDERS.iter().find(|(folder, end, _)| {
        let name = path.strip_prefix(folder).and_then(|name| name.strip_suffix(end));
        name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
    });
    found.map(|(_, _, kind)| *kind)
}

/// Whether a file of a folder is a story, which is told under the strategy that the others make.
pub fn is_story(path: &str) -> bool {
    kind(path).is_some() && path.starts_with("tests/")
}

/// A file that was taken in.
pub(super) struct StrategyFile {
    pub(super) path: String,
    pub(super) file: FileId,
    pub(super) kind: Kind,
}

/// Takes the files of a folder in, by path. Hidden files are passed over.
pub(super) fn take(
    files: &Files,
    sources: &mut Sources,
    out: &mut Diagnostics,
) -> Vec<StrategyFile> {
    let mut taken = Vec::new();
    let hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
    let seen: Vec<_> = files.0.iter().filter(|(path, _)| !hidden(path)).collect();
    let bytes: usize = seen.iter().map(|(_, bytes)| bytes.len()).sum();
    if seen.len() > FILES_MAX || bytes > BYTES_MAX {
        let file = sources.add("", String::new());
        let says = format!("a strategy has at most {FILES_MAX} files and {} MiB", BYTES_MAX >> 20);
        out.push(Diagnostic::error("strategy-too-large", Span::top(file), says));
        return taken;
    }
    for (path, bytes) in seen {
        let kind = kind(path);
        if kind == Some(Kind::Apart) {
            continue;
        }
        let file = match text::read(bytes) {
            Ok(text) => sources.add(path, text.to_owned()),
            Err(wrong) => {
                let file = sources.add_unread(path, wrong.shown.clone());
                if matches!(kind, Some(Kind::Yaml | Kind::Csv | Kind::Text)) {
                    out.push(wrong.told(file));
                } else if wrong.is_link()
                    && FOLDERS
                        .iter()
                        .any(|(folder, ..)| folder.strip_suffix('/') == Some(path.as_str()))
                {
                    for kind in ["list", "calendar", "contract field"] {
                        out.mark_unread(kind, Span::top(file));
                    }
                    out.push(wrong.told(file));
                    continue;
                }
                file
            }
        };
        match kind {
            None => stray(path, file, out),
            Some(Kind::NotYet) => out.push(not_yet(path, file)),
            Some(kind) => taken.push(StrategyFile { path: path.clone(), file, kind }),
        }
    }
    taken
}

fn not_yet(path: &str, file: FileId) -> Diagnostic {
    let (says, help) = if path.starts_with("policies/") {
        (
            "policies are not read yet, so that nothing would follow them",
            "take it out of the folder; what a key may do is what its scopes say",
        )
    } else {
        (
            "agents are not there yet, so that nothing would run them",
            "take it out of the folder, or begin its name with a dot",
        )
    };
    Diagnostic::error("not-yet", Span::top(file), says).help(help)
}

/// A file that nothing looks for. Where it was probably meant to be one that something asks for, it is
/// the culprit.
fn stray(path: &str, file: FileId, out: &mut Diagnostics) {
    let top = Span::top(file);
    out.give_stray("file", path, top);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    for (kind, meant, end) in [("list", "lists", ".csv"), ("calendar", "calendars", ".yaml")] {
        let there = folder == meant || nearest(folder, [meant]).is_some();
        if there || folder.is_empty() && name.ends_with(end) {
            out.give_stray(kind, stem, top);
        }
    }
    if nearest(path, ["sla.yaml"]).is_some() {
        out.mark_unread("SLA class", top);
    }
    out.push(told_stray(path, file));
}

fn told_stray(path: &str, file: FileId) -> Diagnostic {
    let says = "no part of a strategy has this name; it is passed over";
    let known = TOP.iter().map(|(name, _)| *name);
    let help = match nearest(path, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "begin its name with a dot, or take it out of the folder".to_owned(),
    };
    Diagnostic::warning("file-unknown", Span::top(file), says).help(help)
}
