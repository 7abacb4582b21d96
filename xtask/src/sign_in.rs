//! `cargo xtask sign-in`: an identity provider that somebody else made, and people who sign in with it,
//! judged by the pages that they end on.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::npm;
use crate::serving::office::{Office, free_address};
use crate::serving::server::Server;
use crate::shell::{root, say};

/// The provider, and the version that it is installed at.
const PROVIDER: (&str, &str) = ("oidc-provider", "9.13.3");
/// The strategy in force.
const STRATEGY: &str = "examples/strategies/acme";
/// What the program and the provider share. A blank, a colon and a percent sign have to be escaped.
const SECRET: &str = "s3cret of:it 100%";
/// The variable that the program finds it in.
const VARIABLE: &str = "OIDC_SECRET";

/// An account at the provider, and where whoever has it ends.
struct Expected {
    account: &'static str,
    email: &'static str,
    verified: bool,
    /// What the page says that they end on.
    ends: &'static str,
}

const EXPECTED: [Expected; 5] = [
    Expected {
        account: "ann-7",
        email: "Ann@Acme.example",
        verified: true,
        ends: "signed in as RevOps",
    },
    // Nobody added Eve.
    Expected {
        account: "eve-8",
        email: "eve@acme.example",
        verified: true,
        ends: "sign-in-unknown",
    },
    // Anybody can claim an address.
    Expected {
        account: "mallory",
        email: "ann@acme.example",
        verified: false,
        ends: "sign-in-unknown",
    },
    // Ann left, and somebody else has her address by now.
    Expected {
        account: "heir-9",
        email: "ann@acme.example",
        verified: true,
        ends: "sign-in-unknown",
    },
    Expected { account: "old", email: "zoe@acme.example", verified: true, ends: "sign-in-unknown" },
];

/// Signs everybody in, and says where each ended. Where the provider cannot be had, this fails and says why.
pub fn run(program: Option<&Path>) -> anyhow::Result<()> {
    let office = Office::found("sign-in", program)?.with_variable(VARIABLE, SECRET);
    let issuer = format!("http://{}", free_address()?);
    let settings = format!(
        "[network]\nallow_private = [\"127.0.0.1/32\"]\n\n[sign-in.oidc]\nissuer = \"{issuer}\"\n\
         client = \"baton\"\ncredential = \"env:{VARIABLE}\"\n\n[sources.web]\nkind = \"cloudevents\"\n"
    );
    let office = office.open(&settings, &root().join(STRATEGY))?;
    for email in ["ann@acme.example", "zoe@acme.example"] {
        office.run(&["user", "add", email, "--role", "revops"])?;
    }
    office.run(&["user", "revoke", "zoe@acme.example"])?;
    let mut server = Server::start(&office)?;
    server.wait_until_ready(&office)?;
    let (package, version) = PROVIDER;
    say(&format!("{package} {version} at {issuer}, baton at http://{}", office.address))?;
    for went in walks(&office, &issuer)? {
        judge(&went)?;
    }
    server.terminate()?;
    say(&format!("{} accounts: each ended where it has to", EXPECTED.len()))?;
    fs::remove_dir_all(&office.folder).context("could not clear up")
}

/// Has everybody sign in, one after the other.
fn walks(office: &Office, issuer: &str) -> anyhow::Result<Vec<Value>> {
    let home = office.folder.join("provider");
    fs::create_dir(&home)?;
    let (package, version) = PROVIDER;
    npm::install(package, version, &home)?;
    // A module is looked for beside the script that imports it.
    let script = home.join("walk.mjs");
    fs::copy(root().join("xtask/sign_in/walk.mjs"), &script)?;
    let account = |known: &Expected| {
        let said = json!({"email": known.email, "email_verified": known.verified});
        (known.account.to_owned(), said)
    };
    let accounts = Value::Object(EXPECTED.iter().map(account).collect());
    let output = npm::run(
        Command::new("node")
            .arg(&script)
            .env("HOST", format!("http://{}", office.address))
            .env("ISSUER", issuer)
            .env("SECRET", SECRET)
            .env("ACCOUNTS", accounts.to_string()),
    )?;
    let text = String::from_utf8(output.stdout).context("the script printed no text")?;
    let last = text.lines().last().context("the script printed nothing")?;
    serde_json::from_str(last).context("the script's last line is no JSON")
}

fn judge(went: &Value) -> anyhow::Result<()> {
    let text = |name: &str| went[name].as_str().unwrap_or_default();
    let account = text("account");
    let known = EXPECTED.iter().find(|known| known.account == account);
    let known = known.with_context(|| format!("nobody asked for `{account}`"))?;
    let says = text("page").contains(known.ends);
    say(&format!("  {account:<8} {} at {}", went["status"], text("address")))?;
    ensure!(says, "{account} did not end on `{}`: {}", known.ends, text("page"));
    Ok(())
}
