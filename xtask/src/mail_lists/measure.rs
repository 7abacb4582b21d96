//! What the program takes the domains of public lists for: how many mail providers it knows, and which
//! companies it takes for one.
//!
//! The lists are files of whoever asks, and none of them is kept here. The program is asked as anybody can
//! ask it, by `baton lists why -`, so that what is measured is what an address meets.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};

use super::domains_in;
use crate::serving::office::built;
use crate::shell::{answered, say, scratch};

/// The smallest share of a list of mail providers that has to be known, in thousandths.
const KNOWN_MIN: usize = 950;
/// The largest share of a list of companies that may be taken for a mail provider, in thousandths.
const TAKEN_MAX: usize = 1;
/// How many domains are shown of what is missing.
const SHOWN_MAX: usize = 20;

/// What is measured, and against what.
pub struct Asked {
    /// Lists of mail providers, free or disposable.
    pub providers: Vec<PathBuf>,
    /// Lists of domains of companies.
    pub companies: Vec<PathBuf>,
    /// The program, where it is built already.
    pub program: Option<PathBuf>,
}

/// What the program said of a domain.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Said {
    class: String,
    /// The name that a list of ours has: the domain, or one above it.
    listed: Option<String>,
}

impl Said {
    fn is_mail(&self) -> bool {
        matches!(&*self.class, "free-mail" | "disposable-mail")
    }
}

/// What one list of companies came to.
#[derive(PartialEq, Eq, Debug)]
struct Taken<'a> {
    /// Taken for a mail provider, and no outside list of providers has them.
    wrongly: Vec<&'a str>,
    /// Taken for a mail provider, as an outside list of providers does.
    contested: Vec<&'a str>,
}

/// Asks the program for every domain of the lists and prints what came of it. It ends with 1 where less is
/// known of a list of providers, or more is taken wrongly of a list of companies, than there should be.
pub fn run(asked: &Asked) -> Result<ExitCode> {
    let program = match &asked.program {
        Some(program) => fs::canonicalize(program).context("there is no such program")?,
        None => built()?,
    };
    let providers = read(&asked.providers)?;
    let companies = read(&asked.companies)?;
    let all = providers.iter().chain(&companies).flat_map(|(_, domains)| domains).cloned();
    let said = ask(&program, &all.collect())?;
    let mut well = true;
    for (name, domains) in &providers {
        let missing = missing(domains, &said);
        let known = domains.len() - missing.len();
        well &= known * 1_000 >= domains.len() * KNOWN_MIN;
        say(&format!(
            "providers {name}: {known} of {} known ({})",
            domains.len(),
            share(known, domains.len())
        ))?;
        say_some("  missing", &missing)?;
    }
    let outside: BTreeSet<&str> =
        providers.iter().flat_map(|(_, domains)| domains).map(String::as_str).collect();
    for (name, domains) in &companies {
        let taken = taken(domains, &said, &outside);
        well &= taken.wrongly.len() * 1_000 <= domains.len() * TAKEN_MAX;
        say(&format!(
            "companies {name}: {} of {} taken for a mail provider ({})",
            taken.wrongly.len(),
            domains.len(),
            share(taken.wrongly.len(), domains.len())
        ))?;
        say_all("  taken", &taken.wrongly)?;
        say_all("  a list of providers has as well", &taken.contested)?;
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The domains of each file, by the name of the file.
fn read(files: &[PathBuf]) -> Result<Vec<(String, BTreeSet<String>)>> {
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path)
            .with_context(|| format!("could not read {}", path.display()))?;
        let domains = domains_in(&text);
        ensure!(!domains.is_empty(), "{} has no domain", path.display());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, domains))
    };
    files.iter().map(read).collect()
}

/// What the program says of each domain. What it takes for none is left out.
fn ask(program: &Path, domains: &BTreeSet<String>) -> Result<BTreeMap<String, Said>> {
    let input = scratch("mail-lists")?.join("domains.txt");
    let lines: Vec<&str> = domains.iter().map(String::as_str).collect();
    fs::write(&input, lines.join("\n")).context("could not write the domains")?;
    let told = answered(program, &["lists", "why", "--json", "-"], &input)?;
    let mut said = BTreeMap::new();
    for line in told.lines() {
        let line: serde_json::Value = serde_json::from_str(line).context("reading an answer")?;
        if let (Some(domain), Some(class)) = (line["domain"].as_str(), line["class"].as_str()) {
            let listed = line["listed"].as_str().map(str::to_owned);
            said.insert(domain.to_owned(), Said { class: class.to_owned(), listed });
        }
    }
    Ok(said)
}

/// The providers that would be taken for a company.
fn missing<'a>(domains: &'a BTreeSet<String>, said: &BTreeMap<String, Said>) -> Vec<&'a str> {
    let is_company =
        |domain: &&String| said.get(*domain).is_some_and(|said| said.class == "business");
    domains.iter().filter(is_company).map(String::as_str).collect()
}

/// The companies that are taken for a mail provider, apart by whether an outside list does so as well.
fn taken<'a>(
    domains: &'a BTreeSet<String>,
    said: &BTreeMap<String, Said>,
    outside: &BTreeSet<&str>,
) -> Taken<'a> {
    let mail = domains.iter().filter_map(|domain| {
        said.get(domain).filter(|said| said.is_mail()).map(|said| (&**domain, said))
    });
    let (contested, wrongly): (Vec<_>, Vec<_>) = mail.partition(|(domain, said)| {
        outside.contains(domain)
            || said.listed.as_deref().is_some_and(|name| outside.contains(name))
    });
    let names = |found: Vec<(&'a str, &Said)>| found.into_iter().map(|(name, _)| name).collect();
    Taken { wrongly: names(wrongly), contested: names(contested) }
}

/// A share in per cent, with two places.
fn share(part: usize, whole: usize) -> String {
    let hundredths = part * 10_000 / whole.max(1);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

fn say_some(what: &str, names: &[&str]) -> Result<()> {
    let step = names.len().div_ceil(SHOWN_MAX).max(1);
    let shown: Vec<&str> = names.iter().step_by(step).copied().collect();
    say_all(&format!("{what}: {} in all, such as", names.len()), &shown)
}

fn say_all(what: &str, names: &[&str]) -> Result<()> {
    if !names.is_empty() {
        say(&format!("{what}: {}", names.join(" ")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
