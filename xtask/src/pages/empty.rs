//! A house in which nothing has happened: how people sign in, and what each page says where there is nothing.

use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::accessible::Sweep;
use super::browser::Browser;
use crate::serving::office::Office;
use crate::serving::server::Server;
use crate::shell::{root, say};

/// The strategy in force, and who is who in its team.
const STRATEGY: &str = "examples/strategies/acme";
const USERS: [(&str, Option<&str>); 7] = [
    ("admin", None),
    ("auditor", None),
    ("leader", None),
    ("manager", Some("a.keller")),
    ("marketer", None),
    ("rep", Some("j.brandt")),
    ("revops", None),
];
/// What somebody chooses who signs in with it afterwards.
const PASSWORD: &str = "a long word for the browser";

/// Looks at all of it.
pub(super) fn look_at(sweep: &mut Sweep<'_>, program: &Path) -> anyhow::Result<()> {
    let office = Office::found("pages", Some(program))?;
    let lines = office.folder.display().to_string();
    let settings = format!(
        "[telemetry]\nlog = \"error\"\n\n\
         [destinations.crm-hook]\nkind = \"file\"\npath = \"{lines}/crm.jsonl\"\n\n\
         [destinations.archive]\nkind = \"file\"\npath = \"{lines}/archive.jsonl\"\n"
    );
    let office = office.open(&settings, &root().join(STRATEGY))?;
    let mut server = Server::start(&office)?;
    server.wait_until_ready(&office)?;
    say(&format!("a house where nothing has happened, on http://{}", office.address))?;
    let looked = all_pages(sweep, &office);
    server.terminate()?;
    looked?;
    std::fs::remove_dir_all(&office.folder).context("could not clear up")
}

fn all_pages(sweep: &mut Sweep<'_>, office: &Office) -> anyhow::Result<()> {
    let home = format!("http://{}", office.address);
    for (role, member) in USERS {
        let tab = sweep.tab();
        tab.visit(&home)?;
        tab.open(&link_of(office, role, member)?)?;
        if role == "admin" {
            ways_to_sign_in(sweep)?;
        } else {
            sweep.tab().go("document.querySelector('main form button').click()")?;
        }
        sweep.reader(&format!("{role}, where nothing has happened"))?;
    }
    Ok(())
}

/// From the address that signs in once, over a password that is wrong, to one that fits and a second factor.
fn ways_to_sign_in(sweep: &mut Sweep<'_>) -> anyhow::Result<()> {
    sweep.here("the address that signs in once")?;
    let tab = sweep.tab();
    fill(tab, &[("password", PASSWORD)])?;
    tab.open("/me")?;
    sweep.here("who you are")?;
    sweep.tab().open("/me/second-factor")?;
    sweep.here("the second factor")?;
    let tab = sweep.tab();
    tab.open("/me")?;
    tab.go("document.querySelector('form[action=\"/sign-out\"] button').click()")?;
    tab.open("/sign-in")?;
    sweep.here("the page to sign in on")?;
    fill(sweep.tab(), &[("email", &email("admin")), ("password", "not the right one")])?;
    sweep.here("a password that does not fit")?;
    let tab = sweep.tab();
    fill(tab, &[("email", &email("admin")), ("password", PASSWORD)])?;
    let path = tab.text("location.pathname")?;
    ensure!(!path.starts_with("/sign-in"), "the password that was chosen signs nobody in: {path}");
    Ok(())
}

/// Fills the form of a page and sends it.
fn fill(tab: &mut Browser, fields: &[(&str, &str)]) -> anyhow::Result<()> {
    for (name, value) in fields {
        let value = serde_json::to_string(value)?;
        tab.run(&format!("document.querySelector('main form [name={name}]').value = {value}"))?;
    }
    tab.go("document.querySelector('main form button').click()")
}

fn email(role: &str) -> String {
    format!("{role}@acme.example")
}

/// The address that signs somebody in once.
fn link_of(office: &Office, role: &str, member: Option<&str>) -> anyhow::Result<String> {
    let email = email(role);
    let mut line = vec!["user", "add", email.as_str(), "--role", role, "--json"];
    line.extend(member.map(|member| ["--member", member]).into_iter().flatten());
    let made: Value = serde_json::from_slice(&office.run(&line)?.stdout)?;
    Ok(made["link"].as_str().context("no address was made")?.to_owned())
}
