//! A data folder with a strategy in force and a key, and what the program says of it afterwards.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, ensure};

use crate::shell::{cargo, root, say, scratch};

/// Where everything is.
pub(crate) struct Office {
    /// What it is for, which is also the name of its key.
    name: &'static str,
    program: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
    /// A variable that the program finds in its environment.
    variable: Option<(&'static str, &'static str)>,
}

impl Office {
    /// Builds the program, and finds a folder and an address for it.
    pub(crate) fn found(name: &'static str) -> anyhow::Result<Self> {
        let built = cargo(&["build", "--release", "--package", "baton"], &[], |_| {})?;
        ensure!(built.well, "the program does not build");
        let folder = scratch(name)?;
        let office = Self {
            name,
            program: root().join("target/release/baton"),
            data: folder.join("data"),
            folder,
            address: TcpListener::bind("127.0.0.1:0")?.local_addr()?,
            key: String::new(),
            variable: None,
        };
        say(&format!("data folder {}", office.data.display()))?;
        Ok(office)
    }

    /// The same, with a variable in the program's environment.
    pub(crate) fn with_variable(self, name: &'static str, value: &'static str) -> Self {
        Self { variable: Some((name, value)), ..self }
    }

    /// Writes the settings behind the address, puts the strategy in force, and makes a key for the
    /// source `web`.
    pub(crate) fn open(mut self, settings: &str, strategy: &Path) -> anyhow::Result<Self> {
        let settings = format!("[listen]\naddress = \"{}\"\n\n{settings}", self.address);
        fs::write(self.folder.join("baton.toml"), settings)?;
        let strategy = strategy.to_str().context("the strategy's path is no text")?;
        self.run(&["apply", strategy, "--mode", "live"])?;
        let made = self.run(&[
            "key",
            "create",
            "--name",
            self.name,
            "--scope",
            "ingest,read",
            "--source",
            "web",
            "--json",
        ])?;
        let made: serde_json::Value = serde_json::from_slice(&made.stdout)?;
        made["key"].as_str().context("no key was made")?.clone_into(&mut self.key);
        Ok(self)
    }

    /// The source's ids of all signals in the journal.
    pub(crate) fn exported(&self) -> anyhow::Result<Vec<String>> {
        let output = self.run(&["export", "--what", "facts", "--purpose", self.name, "--json"])?;
        let mut ids = Vec::new();
        for line in output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let fact: serde_json::Value = serde_json::from_slice(line)?;
            if fact["kind"] == "signal-arrived" {
                ids.push(fact["source_id"].as_str().context("a signal without id")?.to_owned());
            }
        }
        Ok(ids)
    }

    /// What doctor finds; nothing where all is well.
    pub(crate) fn doctor(&self) -> anyhow::Result<String> {
        let output = self.command(&["doctor"]).output()?;
        if output.status.success() {
            return Ok(String::new());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr))
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--data").arg(&self.data).envs(self.variable);
        command
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let output = self.command(arguments).output().context("the program does not start")?;
        ensure!(
            output.status.success(),
            "baton {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(output)
    }
}
