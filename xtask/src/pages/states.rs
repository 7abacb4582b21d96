//! States of pages that no link leads to: dialogs, what is said of a deed, of nothing, and of a fault.

use anyhow::ensure;

use super::browser::Browser;

/// The first handoff of the inbox.
const FIRST_ROW: &str = "document.querySelector('.rows a')?.getAttribute('href') ?? ''";
/// What somebody else looks for who finds nothing.
const SEARCH_NOTHING: &str = "document.querySelector('#search').value = 'zzqq nobody'; \
                              document.querySelector('form.search').requestSubmit()";
/// What the page that holds the stream tells the other ones of its browser once the server is gone.
const GONE: &str =
    "new BroadcastChannel(`live:${document.body.dataset.reader}`).postMessage({ kind: 'gone' })";
/// Sends what a reader does to a version that is no more.
const STALE: &str = "(() => { const form = document.querySelector('.actions form'); \
                     form.elements.version.value = 0; form.requestSubmit(); })()";

/// A state of a page.
pub(super) struct State {
    /// What it is called.
    pub(super) name: &'static str,
    path: String,
    steps: Vec<Step>,
    /// What is there once the state is.
    there: &'static str,
    /// The part of the page that it is about, as a selector.
    pub(super) within: &'static str,
}

/// What brings a state about.
enum Step {
    Press(&'static str),
    Type(&'static str),
    Run(&'static str),
}

/// The states that somebody of a role meets.
pub(super) fn of(tab: &mut Browser, role: &str) -> anyhow::Result<Vec<State>> {
    let mut states = vec![
        State {
            name: "the palette",
            path: "/".to_owned(),
            steps: vec![Step::Press("Ctrl+k")],
            there: "document.querySelector('dialog.palette [role=option]')",
            within: "dialog",
        },
        State {
            name: "the map of keys",
            path: "/".to_owned(),
            steps: vec![Step::Press("?")],
            there: "document.querySelector('dialog .map')",
            within: "dialog",
        },
    ];
    if role == "rep" {
        tab.open("/inbox")?;
        let lead = tab.text(FIRST_ROW)?;
        ensure!(lead.starts_with("/h/"), "the rep of the tour has no lead in the inbox");
        states.extend(of_a_rep(&lead));
    }
    Ok(states)
}

/// Brings a state about, and waits until it is there.
pub(super) fn reach(tab: &mut Browser, state: &State) -> anyhow::Result<()> {
    tab.open(&state.path)?;
    for step in &state.steps {
        match step {
            Step::Press(stroke) => tab.press(stroke)?,
            Step::Type(text) => tab.type_text(text)?,
            Step::Run(script) => {
                tab.run(script)?;
            }
        }
    }
    let there = format!("document.readyState === 'complete' && ({}) !== null", state.there);
    ensure!(tab.until(&there), "\"{}\" is not reached on {}", state.name, state.path);
    Ok(())
}

fn of_a_rep(lead: &str) -> Vec<State> {
    let state = |name, path: &str, steps, there, within| State {
        name,
        path: path.to_owned(),
        steps,
        there,
        within,
    };
    vec![
        state(
            "a palette that finds nothing",
            "/inbox",
            vec![Step::Press("Ctrl+k"), Step::Type("zzqq")],
            "document.querySelector('dialog.palette .quiet:not([hidden])')",
            "dialog",
        ),
        state(
            "the palette on a handoff",
            lead,
            vec![Step::Press("Ctrl+k")],
            "document.querySelector('dialog.palette [role=option]')",
            "dialog",
        ),
        state(
            "the map of keys on a handoff",
            lead,
            vec![Step::Press("?")],
            "document.querySelector('dialog .map')",
            "dialog",
        ),
        state(
            "evidence that was chosen",
            &format!("{lead}#evidence-2"),
            vec![],
            "document.querySelector('.set:target')",
            "body",
        ),
        state(
            "what was done",
            &format!("{lead}?did=accept"),
            vec![],
            "document.querySelector('.flash')",
            "body",
        ),
        state(
            "somebody was faster",
            lead,
            vec![Step::Run(STALE)],
            "document.querySelector('.flash.refused')",
            "body",
        ),
        state(
            "nothing is here",
            "/h/h-00000000000000000000000000000000",
            vec![],
            "document.querySelector('.problem')",
            "body",
        ),
        state(
            "nothing was found",
            "/inbox",
            vec![Step::Run(SEARCH_NOTHING)],
            "location.pathname === '/search' ? document.querySelector('main .empty, main .found, main p') : null",
            "body",
        ),
        state(
            "the connection is gone",
            "/inbox",
            vec![Step::Run(GONE)],
            "document.querySelector('.live.off')",
            ".top",
        ),
        state(
            "the places on a phone",
            "/inbox#menu",
            vec![],
            "document.querySelector('.rail:target')",
            ".rail",
        ),
    ]
}
