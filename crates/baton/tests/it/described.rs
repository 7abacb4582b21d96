//! What `/openapi.json` describes is what is answered: every answer that a test gets is looked up, and
//! every code that the program can answer with is in its list.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;

use crate::house::{House, Reply, call};

static DESCRIBED: LazyLock<Value> = LazyLock::new(baton::faces::api::routes::described);

/// Looks an answer up. What no route serves has nothing to be looked up.
#[track_caller]
pub(crate) fn check(method: &str, target: &str, reply: &Reply) {
    let method = method.to_ascii_lowercase();
    let Some((path, known)) = operation(&method, target) else {
        assert!(reply.status >= 400 || method == "options", "{method} {target}: {}", reply.status);
        return;
    };
    let status = reply.status.to_string();
    let answer = &known["responses"][status.as_str()];
    assert!(answer.is_object(), "{method} {path} does not tell of {status}: {}", reply.text());
    if reply.status >= 400 {
        let code = reply.json()["code"].clone();
        assert!(codes(&status).contains(&code), "{status} does not tell of {code}");
    }
}

fn operation(method: &str, target: &str) -> Option<(&'static String, &'static Value)> {
    let asked: Vec<&str> = target.split('?').next()?.split('/').collect();
    let fits = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        let mut pairs = parts.iter().zip(&asked);
        parts.len() == asked.len()
            && pairs
                .all(|(part, asked)| part == asked || part.starts_with('{') && !asked.is_empty())
    };
    let paths = DESCRIBED["paths"].as_object()?;
    let (path, methods) = paths.iter().find(|(path, _)| fits(path))?;
    Some((path, methods.get(method)?))
}

fn codes(status: &str) -> &'static Vec<Value> {
    let schema = &DESCRIBED["components"]["responses"][format!("Problem{status}")]["content"];
    schema["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]
        .as_array()
        .unwrap_or_else(|| panic!("no list of codes for {status}"))
}

/// The Rust files below a folder of the crate or of its neighbours.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found
}

/// Status and code of every problem that a text makes: a number and a name in quotes behind one of
/// the calls that make them.
fn made(text: &str, into: &mut BTreeSet<(String, String)>) {
    for maker in ["Problem::new(", "Self::new(", "refused("] {
        for rest in text.split(maker).skip(1) {
            let mut arguments = rest.splitn(3, ',').map(str::trim);
            let (Some(status), Some(code)) = (arguments.next(), arguments.next()) else { continue };
            let quoted = code.strip_prefix('"').and_then(|code| code.strip_suffix('"'));
            if let (Ok(_), Some(code)) = (status.parse::<u16>(), quoted) {
                into.insert((status.to_owned(), code.to_owned()));
            }
        }
    }
    for rest in text.split("missing(\"").skip(1) {
        into.insert(("404".to_owned(), rest.split('"').next().unwrap().to_owned()));
    }
}

#[test]
fn every_code_that_is_answered_is_described_and_no_other() {
    let mut answered = BTreeSet::new();
    let faces = ["src/faces/api", "src/runtime", "src/service"];
    // What pages answer is for browsers, and no part of the API.
    let of_pages = |path: &PathBuf| {
        let stem = path.file_stem().and_then(std::ffi::OsStr::to_str);
        stem.is_some_and(|stem| {
            [
                "accept_link",
                "entrance",
                "oidc",
                "second_factor",
                "sign_in",
                "signed_in",
                "user_refusal",
            ]
            .contains(&stem)
        })
    };
    for path in faces.into_iter().flat_map(sources).filter(|path| !of_pages(path)) {
        made(&fs::read_to_string(path).unwrap(), &mut answered);
    }
    for code in ["signature-missing", "signature-stale", "signature-wrong"] {
        answered.insert(("401".to_owned(), code.to_owned()));
    }
    let mut described = BTreeSet::new();
    for name in DESCRIBED["components"]["responses"].as_object().unwrap().keys() {
        let status = name.trim_start_matches("Problem");
        for code in codes(status) {
            described.insert((status.to_owned(), code.as_str().unwrap().to_owned()));
        }
    }
    assert_eq!(answered, described);
}

#[test]
fn the_description_has_the_parameters_that_are_known() {
    let house = House::open();
    let paths = DESCRIBED["paths"].as_object().unwrap();
    for (path, methods) in paths.iter().filter(|(path, _)| path.starts_with("/v1/")) {
        let at = path
            .replace("/signals/{id}", "/signals/s-0000000000000000")
            .replace("{id}", "h-0")
            .replace("{source}", "web");
        for (method, known) in methods.as_object().unwrap() {
            if method == "options" {
                continue;
            }
            let scope = if at == "/v1/signals" { "ingest" } else { "admin" };
            let bearer = format!("Bearer key-{scope}");
            let target = format!("{at}?surely-unknown=1");
            let headers = [("Authorization", bearer.as_str())];
            let reply = call(house.address, &method.to_uppercase(), &target, &headers, b"");
            assert_eq!(reply.problem(400), "query-unknown", "{method} {target}");
            let told = reply.json()["detail"].as_str().unwrap().to_owned();
            let told: BTreeSet<&str> = told
                .split_once(": ")
                .unwrap()
                .1
                .split(", ")
                .filter(|one| !one.is_empty())
                .collect();
            let nothing = Vec::new();
            let parameters = known["parameters"].as_array().unwrap_or(&nothing).iter();
            let described: BTreeSet<&str> = parameters
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(told, described, "{method} {path}");
        }
    }
}
