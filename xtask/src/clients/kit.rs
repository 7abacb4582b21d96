//! The two clients: how each is installed at its version, and how its script is run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, str};

use anyhow::Context;

use super::sent::{self, Sent};
use crate::npm::{self, run};
use crate::serving::office::Office;
use crate::shell::root;

/// One of Segment's clients.
pub(super) struct Client {
    /// The name of its package.
    pub(super) package: &'static str,
    /// The version that is installed.
    pub(super) version: &'static str,
    /// The made-up company of which its script tells.
    pub(super) domain: &'static str,
    language: Language,
}

#[derive(Clone, Copy)]
enum Language {
    Node,
    Python,
}

/// The clients, in the order in which they are met.
pub(super) const CLIENTS: [Client; 2] = [
    Client {
        package: "@segment/analytics-node",
        version: "3.1.0",
        domain: "nordlicht-node.example",
        language: Language::Node,
    },
    Client {
        package: "segment-analytics-python",
        version: "2.4.0",
        domain: "nordlicht-python.example",
        language: Language::Python,
    },
];

/// A client that is there, with its script.
pub(super) struct Installed {
    program: PathBuf,
    script: PathBuf,
    domain: &'static str,
}

impl Client {
    /// Installs it below a folder. The error is why it cannot be had on this machine.
    pub(super) fn install(&self, folder: &Path) -> anyhow::Result<Installed> {
        let (program, script) = match self.language {
            Language::Node => self.with_npm(&folder.join("node"))?,
            Language::Python => self.with_pip(&folder.join("python"))?,
        };
        Ok(Installed { program, script, domain: self.domain })
    }

    fn with_npm(&self, home: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
        fs::create_dir(home)?;
        npm::install(self.package, self.version, home)?;
        // A module is looked for beside the script that imports it.
        let script = home.join("node.mjs");
        fs::copy(script_of("node.mjs"), &script)?;
        Ok((PathBuf::from("node"), script))
    }

    fn with_pip(&self, home: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
        run(Command::new("python3").args(["-m", "venv"]).arg(home))?;
        let python = home.join("bin/python");
        let package = format!("{}=={}", self.package, self.version);
        let quietly = ["--quiet", "--disable-pip-version-check", "--retries", "1"];
        run(Command::new(&python).args(["-m", "pip", "install"]).args(quietly).arg(package))?;
        Ok((python, script_of("python.py")))
    }
}

impl Installed {
    /// Runs the script against the server, and gives what it says that it sent.
    pub(super) fn send(&self, office: &Office) -> anyhow::Result<Sent> {
        let output = run(Command::new(&self.program)
            .arg(&self.script)
            .env("HOST", format!("http://{}", office.address))
            .env("WRITE_KEY", &office.key)
            .env("DOMAIN", self.domain))?;
        sent::read(str::from_utf8(&output.stdout).context("the client's script printed no text")?)
    }
}

fn script_of(name: &str) -> PathBuf {
    root().join("xtask/clients").join(name)
}
