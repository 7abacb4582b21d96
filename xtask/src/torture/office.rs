//! A data folder with a strategy in force and a key, and what the program says of it afterwards.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, ensure};

use crate::shell::{cargo, root, say, scratch};

/// Where everything is.
pub(super) struct Office {
    pub(super) program: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) data: PathBuf,
    pub(super) address: SocketAddr,
    pub(super) key: String,
}

impl Office {
    /// Builds the program, makes a data folder, applies a strategy and makes a key.
    pub(super) fn found(receiver: SocketAddr) -> anyhow::Result<Self> {
        let built = cargo(&["build", "--release", "--package", "baton"], &[], |_| {})?;
        ensure!(built.well, "the program does not build");
        let folder = scratch("torture")?;
        let data = folder.join("data");
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut office = Self {
            program: root().join("target/release/baton"),
            folder,
            data,
            address,
            key: String::new(),
        };
        say(&format!("data folder {}", office.data.display()))?;
        office.furnish(receiver)?;
        office.run(&["apply", &office.path("strategy"), "--mode", "live"])?;
        let made = office.run(&[
            "key",
            "create",
            "--name",
            "torture",
            "--scope",
            "ingest,read",
            "--source",
            "web",
            "--json",
        ])?;
        let made: serde_json::Value = serde_json::from_slice(&made.stdout)?;
        let key = made["key"].as_str().or_else(|| made["secret"].as_str());
        key.context("no key was made")?.clone_into(&mut office.key);
        Ok(office)
    }

    /// The source's ids of all signals in the journal.
    pub(super) fn exported(&self) -> anyhow::Result<Vec<String>> {
        let output = self.run(&["export", "--what", "facts", "--purpose", "torture", "--json"])?;
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
    pub(super) fn doctor(&self) -> anyhow::Result<String> {
        let output = self.command(&["doctor"]).output()?;
        if output.status.success() {
            return Ok(String::new());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr))
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--data").arg(&self.data).env("TORTURE_SECRET", SECRET);
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

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn furnish(&self, receiver: SocketAddr) -> anyhow::Result<()> {
        for (name, text) in FILES {
            let path = self.folder.join("strategy").join(name);
            fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
            fs::write(path, text)?;
        }
        let settings = format!(
            "[listen]\naddress = \"{}\"\n\n[sources.web]\nkind = \"cloudevents\"\nverifies = [\"email\"]\n\n\
             [destinations.crm]\nkind = \"webhook\"\nendpoint = \"http://{receiver}/hook\"\ncredential = \"env:TORTURE_SECRET\"\n\n\
             [destinations.archive]\nkind = \"file\"\npath = \"{}\"\n\n[network]\nallow_private = [\"127.0.0.1/32\"]\n",
            self.address,
            self.path("archive.jsonl"),
        );
        fs::write(self.folder.join("baton.toml"), settings)?;
        Ok(())
    }
}

const SECRET: &str = "whsec_dG9ydHVyZS1vZi1hLXNlcnZlci10aGF0LWlzLWtpbGxlZA==";

const FILES: [(&str, &str); 8] = [
    ("strategy.yaml", "strategy: torture\nseed: 1\nautonomy: { assign: automatic }\n"),
    (
        "scoring.yaml",
        "engagement:\n  half_life: 14d\n  points:\n    - { signal: page.viewed, points: 2 }\n",
    ),
    (
        "readiness.yaml",
        "table: readiness\nhit: first\ncolumns: { asked: 'seen(\"form.quote\", \"1d\")' }\n\
         outputs: [decision, kind, sla]\nrows:\n  - [ true, hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n",
    ),
    (
        "routing.yaml",
        "routes:\n  - { route: everybody, to: { pool: all } }\n  - { route: catch-all, to: { queue: unassigned } }\n\
         pools:\n  all:\n    members: 'member.region == \"all\"'\n    method: in turn\n    all_away: ignore hours\n    all_capped: next route\n    offer: { then: next member }\n\
         queues:\n  unassigned: { owner: ann, within: 2h, alarm: true }\n",
    ),
    (
        "sla.yaml",
        "hot:\n  calendar: owner\n  accept: { within: 4h }\n  first touch: { within: 8h }\n",
    ),
    (
        "team.csv",
        "id,name,email,manager,region,weight,calendar,joined,left\nann,Ann,,,all,1,always,2020-01-01,\nbob,Bob,,,all,1,always,2020-01-01,\n",
    ),
    ("calendars/always.yaml", "zone: UTC\nweek: { mon-sun: [\"00:00-24:00\"] }\nholidays: []\n"),
    (
        "destinations.yaml",
        "steps:\n  - { step: tell the CRM, to: crm, when: offered, send: [handoff, brief], undo: withdrawn }\n  - { step: archive, to: archive, when: offered, send: [handoff] }\n",
    ),
];
