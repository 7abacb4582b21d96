//! `baton lists`: what the lists of domains say, built in and of a strategy.

use std::io::BufRead as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use engine::identity::{DomainReason, domain_reason, lists_version};
use rules::lists::MailLists;
use rules::strategy::compile;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::strategy_folder;

/// Say what the lists of mail providers and shared domains hold
#[derive(Subcommand)]
pub(super) enum Verb {
    Why(Why),
}

/// Tell whether domains are companies', and which list says so
///
/// An address at a domain that is no company's says nothing of where somebody works. The strategy's own
/// lists (`lists/free_mail.csv`, `disposable_mail.csv`, `shared_domains.csv`, `business_domains.csv`) count
/// before the built-in ones. With `-`, domains are read from standard input, one a line; a line that is
/// none is told as such and ends nothing.
#[derive(Args)]
#[command(after_help = "Examples:
  baton lists why gmx.net
  baton lists why partner.example --strategy strategy/
  baton lists why --json - < domains.txt")]
pub(super) struct Why {
    /// The domains, or addresses of web sites; or `-` alone
    #[arg(value_name = "DOMAIN", required = true)]
    domains: Vec<String>,
    /// The folder of a strategy, whose lists count first
    #[arg(long, value_name = "DIR")]
    strategy: Option<PathBuf>,
}

pub(super) fn run(verb: Verb, call: &Call) -> (&'static str, Result<Ending, Failure>) {
    match verb {
        Verb::Why(arguments) => ("look the domain up", why(&arguments, call)),
    }
}

fn why(arguments: &Why, call: &Call) -> Result<Ending, Failure> {
    let mail = match &arguments.strategy {
        None => MailLists::default(),
        Some(folder) => {
            let compiled = compile(&strategy_folder::read(folder)?);
            if compiled.strategy.is_none() {
                call.terminal.draw(&compiled.sources, &compiled.diagnostics);
            }
            compiled.strategy.ok_or(Failure::Drawn)?.mail
        }
    };
    if let [dash] = &*arguments.domains
        && dash == "-"
    {
        for line in std::io::stdin().lock().lines() {
            let line = line?;
            if !line.trim().is_empty() {
                tell(line.trim(), domain_reason(&line, &mail).as_ref(), Named::Always, call)?;
            }
        }
        return Ok(Ending::Done);
    }
    let named = if arguments.domains.len() == 1 { Named::InJson } else { Named::Always };
    for domain in &arguments.domains {
        let Some(reason) = domain_reason(domain, &mail) else {
            let says = format!(
                "`{domain}` is no domain that somebody can register; write one such as `example.com`"
            );
            return Err(Failure::wrong("domain-unreadable", says));
        };
        tell(domain, Some(&reason), named, call)?;
    }
    Ok(Ending::Done)
}

/// Where an answer names the domain that was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    InJson,
    Always,
}

fn tell(
    domain: &str,
    reason: Option<&DomainReason>,
    named: Named,
    call: &Call,
) -> Result<(), Failure> {
    if call.terminal.json {
        call.terminal.json(&serde_json::json!({
            "domain": domain,
            "class": reason.map(|reason| reason.class.as_str()),
            "listed": reason.and_then(|reason| reason.listed.as_deref()),
            "by": reason.map(|reason| if reason.by_strategy { "strategy" } else { "built-in" }),
            "version": lists_version(),
        }))?;
        return Ok(());
    }
    let says = reason.map_or_else(|| "no domain that somebody can register".to_owned(), told);
    let line = if named == Named::Always { format!("{domain}: {says}") } else { says };
    call.terminal.line(&line)?;
    Ok(())
}

fn told(reason: &DomainReason) -> String {
    use engine::identity::DomainClass;
    let what = match reason.class {
        DomainClass::Business => "A company's domain: an address there says where somebody works",
        DomainClass::FreeMail => "Free mail: an address there says nothing of where somebody works",
        DomainClass::Disposable => "Disposable mail: an address there is made to be thrown away",
        DomainClass::Shared => "Shared by many: it says nothing of where somebody works",
    };
    let why = match (&reason.listed, reason.by_strategy) {
        (None, _) => format!("no list has it (built-in lists of {})", lists_version()),
        (Some(listed), true) => format!("`{listed}` is in the strategy's list"),
        (Some(listed), false) => {
            format!("`{listed}` is in the built-in list of {}", lists_version())
        }
    };
    format!("{what}; {why}.")
}
