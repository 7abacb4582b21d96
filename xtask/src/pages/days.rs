//! What people of each role do in a day, from their first page to what they came for. Whatever they send is first
//! sent with its handler gone, which has to be noticed.

mod leading;
mod office;
mod selling;
mod step;

use anyhow::ensure;

use self::step::{Does, Step};
use super::browser::Browser;
use super::looks::Look;
use super::site::become_one;
use crate::shell::say;

/// Whose day it is, in the order in which they are gone through.
const DAYS: [(&str, &[Step]); 7] = [
    ("rep", selling::REP),
    ("marketer", selling::MARKETER),
    ("manager", leading::MANAGER),
    ("leader", leading::LEADER),
    ("revops", office::REVOPS),
    ("auditor", office::AUDITOR),
    ("admin", office::ADMIN),
];
/// Whether the page that is there is none of a refusal.
const IS_WELL: &str = "document.querySelector('.problem, .flash.refused') === null";
const HERE: &str = "location.pathname + location.search";

/// What was done, and what is wrong.
#[derive(Default)]
pub(super) struct Days {
    steps: usize,
    /// Handlers that were taken away, each of which was noticed.
    noticed: usize,
    pub(super) faults: Vec<String>,
}

impl Days {
    /// A line that says what was done.
    pub(super) fn says(&self) -> String {
        let Self { steps, noticed, faults } = self;
        format!(
            "days: {steps} steps of {} roles, {noticed} of their handlers taken away and each noticed, {} faults",
            DAYS.len(),
            faults.len()
        )
    }
}

/// Goes through all of them.
pub(super) fn all(tab: &mut Browser) -> anyhow::Result<Days> {
    tab.look(Look::DESK)?;
    let mut days = Days::default();
    for (role, day) in DAYS {
        become_one(tab, role)?;
        for step in day {
            days.steps += 1;
            if let Err(wrong) = take(tab, step, &mut days.noticed) {
                let fault =
                    format!("days: {role} {}: {wrong:#}, on {}", step.says, tab.text(HERE)?);
                say(&format!("  found: {fault}"))?;
                days.faults.push(fault);
                break;
            }
        }
        say(&format!("  {role}: {} steps", day.len()))?;
    }
    Ok(days)
}

/// Takes a step, and looks at what came of it.
fn take(tab: &mut Browser, step: &Step, noticed: &mut usize) -> anyhow::Result<()> {
    match step.does {
        Does::Open(path) => tab.open(path)?,
        Does::Choose(selector) => {
            is_there(tab, selector)?;
            let selector = serde_json::to_string(selector)?;
            tab.go(&format!("document.querySelector({selector}).click()"))?;
        }
        Does::Run(script) => {
            tab.run(script)?;
        }
        Does::Send { form, fill } => {
            is_there(tab, form)?;
            let here = tab.text(HERE)?;
            tab.go(&sent(form, fill, Handler::Gone)?)?;
            ensure!(!is_so(tab, step), "nobody notices that its handler is gone");
            *noticed += 1;
            tab.open(&here)?;
            tab.go(&sent(form, fill, Handler::AsItIs)?)?;
        }
    }
    let then = happened(step);
    ensure!(tab.until(&then), "it does not come about");
    Ok(())
}

/// What a form goes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handler {
    AsItIs,
    /// A route that the server does not have.
    Gone,
}

/// A script that fills a form and presses its button, once what it stands in is open.
fn sent(form: &str, fill: &str, handler: Handler) -> anyhow::Result<String> {
    let form = serde_json::to_string(form)?;
    let gone = match handler {
        Handler::AsItIs => "",
        Handler::Gone => "form.action = new URL(form.action).pathname + '-gone';",
    };
    Ok(format!(
        "(() => {{ const form = document.querySelector({form}); \
         for (let one = form; one; one = one.parentElement) if (one.localName === 'details') one.open = true; \
         {fill}; {gone} [...form.elements].find((one) => one.type === 'submit').click(); }})()"
    ))
}

fn is_there(tab: &mut Browser, selector: &str) -> anyhow::Result<()> {
    let quoted = serde_json::to_string(selector)?;
    let there = format!("document.querySelector({quoted})?.isConnected");
    ensure!(tab.until(&there), "there is no {selector}");
    Ok(())
}

/// Whether it is so at once.
fn is_so(tab: &mut Browser, step: &Step) -> bool {
    tab.run(&format!("Boolean({})", happened(step))).is_ok_and(|came| came == true)
}

fn happened(step: &Step) -> String {
    format!("({}) && ({IS_WELL})", step.then)
}
