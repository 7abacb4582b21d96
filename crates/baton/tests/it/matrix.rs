//! Who may what: every route of the API with every scope, every page with every role, every reading with
//! every purpose, asked of a running server and compared with `matrix.txt`. A row without a route fails here, and so
//! does a route without a row, until `BLESS=1` writes it. The difference is what a review looks at.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use baton::config::policies::PolicyText;
use domain::Role;

use crate::house::{House, Reply, SCOPES, call};
use crate::sign_in::{Browser, demo, visitors};

/// Somebody whose personal data is looked for in what is read.
const WHO: &str = "ada";
const MAIL: &str = "ada@ada-works.example";
/// The sources of the routes of pages, whose paths are the rows.
const PAGES: [&str; 2] =
    [include_str!("../../src/faces/web/routes.rs"), include_str!("../../src/faces/api/routes.rs")];

/// What a route is asked about.
pub(crate) struct World {
    pub(crate) house: House,
    pub(crate) handoff: String,
    account: String,
}

impl World {
    pub(crate) fn open() -> Self {
        let house = demo();
        // Ann's manager is Mia.
        let handoff = house.handoff_of("ann", WHO);
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        let account = shown["account"].as_str().unwrap().to_owned();
        Self { house, handoff, account }
    }

    /// The same, started again under other policies.
    pub(crate) fn under(self, policies: Vec<PolicyText>) -> Self {
        let house = self.house.again(|config| {
            config.demo = Some(visitors());
            config.policies = Some(policies);
        });
        Self { house, ..self }
    }

    /// A path about something that is there, or about something of the same kind that is not.
    fn filled(&self, path: &str, there: bool) -> String {
        let handoff = if there { &*self.handoff } else { "h-0000000000000000" };
        let account = if there { &*self.account } else { "a-0000000000000000" };
        let id =
            if path.contains("accounts") || path.starts_with("/a/") { account } else { handoff };
        path.replace("/signals/{id}", "/signals/s-0000000000000000")
            .replace("/users/{id}", "/users/u-0000000000000000")
            .replace("/keys/{id}", "/keys/k-0000000000000000")
            .replace("/quarantine/{id}", "/quarantine/q-0000000000000000")
            .replace("/imports/{id}", "/imports/i-0000000000000000")
            .replace("/drafts/{id}", "/drafts/draft-0000000000000000")
            .replace("/rehearsals/{id}", "/rehearsals/0")
            .replace("/versions/{id}", "/versions/0000")
            .replace("{id}", id)
            .replace("{member}", "nobody")
            .replace("{name}", "nothing")
            .replace("{one}/diff/{other}", "0/diff/1")
            .replace("{n}", "1")
            .replace("{token}", &"a".repeat(43))
            .replace("{role}", "nobody")
    }

    fn with_key(&self, method: &str, path: &str, scope: Option<&str>) -> Reply {
        let bearer = scope.map(|scope| format!("Bearer key-{scope}"));
        let mut headers = vec![("Content-Type", "application/json")];
        headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
        call(self.house.address, &method.to_uppercase(), path, &headers, b"{}")
    }
}

/// What an answer comes to: its status, and for what is read whether somebody is named in it.
fn cell(reply: &Reply) -> String {
    let named = reply.status == 200 && reply.text().contains(MAIL);
    format!("{}{}", reply.status, if named { "+" } else { "" })
}

/// A page without the moment at which it was made.
fn without_the_time(page: &str) -> String {
    let (before, rest) = page.split_once("data-made=\"").unwrap_or((page, ""));
    format!("{before}{}", rest.split_once('"').map_or("", |(_, rest)| rest))
}

/// The columns of a table and its rows: for each row what each column comes to.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: BTreeMap<String, Vec<String>>,
}

impl Table {
    fn of(columns: impl IntoIterator<Item = &'static str>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: BTreeMap::new() }
    }

    fn written(&self, title: &str, text: &mut String) {
        let width = self.rows.keys().map(String::len).max().unwrap_or_default();
        let _ = write!(text, "\n{title:width$}");
        for column in &self.columns {
            let _ = write!(text, "  {column:>8}");
        }
        for (row, cells) in &self.rows {
            let _ = write!(text, "\n{row:width$}");
            for cell in cells {
                let _ = write!(text, "  {cell:>8}");
            }
        }
        text.push('\n');
    }
}

/// Each route of the API with each scope. What would change something is asked about what is not there.
pub(crate) fn routes(world: &World) -> Table {
    let described = world.house.get("/openapi.json").json();
    let mut table = Table::of(["nobody"].into_iter().chain(SCOPES));
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|method| *method != "options") {
            let at = world.filled(path, method == "get");
            let asked = [None].into_iter().chain(SCOPES.map(Some));
            let cells = asked.map(|scope| cell(&world.with_key(method, &at, scope))).collect();
            table.rows.insert(format!("{method} {path}"), cells);
        }
    }
    table
}

/// A brief with each scope, as narrow as each role: of what is read, it alone can be asked for so.
pub(crate) fn purposes(world: &World) -> Table {
    let mut table = Table::of(SCOPES);
    let brief = "/v1/handoffs/{id}/brief";
    for role in Role::ALL {
        let at = format!("{}?for={role}", world.filled(brief, true));
        let cells = SCOPES.map(|scope| cell(&world.with_key("get", &at, Some(scope)))).to_vec();
        table.rows.insert(format!("get {brief}?for={role}"), cells);
    }
    table
}

/// Paths and methods that a source of routes names.
fn named(source: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for part in source.split(".route(").skip(1) {
        let Some((path, rest)) =
            part.trim_start().strip_prefix('"').and_then(|p| p.split_once('"'))
        else {
            continue;
        };
        let served = rest.split(".route(").next().unwrap().split('\n').next().unwrap();
        for method in ["get", "post"] {
            if served.contains(&format!("{method}(")) {
                found.push((method, path.to_owned()));
            }
        }
    }
    found
}

/// Each page with each role. A form is sent with what belongs to the session and nothing else.
pub(crate) fn pages(world: &World) -> Table {
    let mut table =
        Table::of(["nobody"].into_iter().chain(Role::ALL.iter().map(|role| role.as_str())));
    let mut paths: Vec<(&str, String)> = PAGES.iter().flat_map(|source| named(source)).collect();
    paths.extend(
        ["accept", "reject", "reassign", "outcome", "debrief", "feedback"]
            .map(|verb| ("post", format!("/h/{{id}}/{verb}"))),
    );
    // Nobody is known yet where people sign in, and signing out is everybody's: both have tests of their own.
    paths.retain(|(_, path)| !path.starts_with("/sign-"));
    let mut browsers = vec![(Browser::of(&world.house), String::new())];
    browsers.extend(Role::ALL.iter().map(|role| {
        let mut browser = Browser::signed_in(&world.house, role.as_str());
        let token = browser.form_token();
        (browser, token)
    }));
    for (method, path) in paths {
        let mut cells = Vec::new();
        for (browser, token) in &mut browsers {
            let reply = if method == "get" {
                browser.open(&world.filled(&path, true))
            } else {
                browser.post(&world.filled(&path, false), &format!("csrf={token}"))
            };
            // Which of two reps has the lead is drawn: what lists one's own names them or does not.
            let own = ["/inbox", "/ledger"].contains(&path.as_str());
            cells.push(if own { reply.status.to_string() } else { cell(&reply) });
        }
        table.rows.insert(format!("{method} {path}"), cells);
    }
    table
}

#[test]
fn every_route_page_and_purpose_answers_each_role_as_the_matrix_says() {
    let world = World::open();
    let mut text = String::from(
        "Who may what: the status of each answer, with `+` where it names the person. Made by\n\
         `BLESS=1 cargo test -p baton --test it matrix` and compared with a running server by the tests.\n",
    );
    routes(&world).written("route, by scope of the key", &mut text);
    purposes(&world).written("reading, as narrow as a role", &mut text);
    pages(&world).written("page, by role", &mut text);
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/matrix.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let golden = fs::read_to_string(&file).unwrap();
    let differs: Vec<String> = text
        .lines()
        .filter(|line| !golden.lines().any(|known| known == *line))
        .map(|line| format!("now  {line}"))
        .chain(
            golden
                .lines()
                .filter(|line| !text.lines().any(|known| known == *line))
                .map(|line| format!("was  {line}")),
        )
        .collect();
    assert!(differs.is_empty(), "run with BLESS=1 if this is meant:\n{}", differs.join("\n"));
}

#[test]
fn what_is_not_for_somebody_answers_as_what_is_not_there() {
    let world = World::open();
    let described = world.house.get("/openapi.json").json();
    let mut compared = 0;
    for (path, methods) in described["paths"].as_object().unwrap() {
        let [there, absent] = [true, false].map(|there| world.filled(path, there));
        if there == absent || methods.get("get").is_none() {
            continue;
        }
        for scope in [None].into_iter().chain(SCOPES.map(Some)) {
            let [one, other] = [&there, &absent].map(|at| world.with_key("get", at, scope));
            if one.status != 200 {
                assert_eq!(one.status, other.status, "{path} {scope:?}");
                assert_eq!(one.text(), other.text(), "{path} {scope:?}");
                compared += 1;
            }
        }
    }
    for role in Role::ALL {
        let mut browser = Browser::signed_in(&world.house, role.as_str());
        for path in ["/h/{id}", "/a/{id}"] {
            let [one, other] = [true, false].map(|there| browser.open(&world.filled(path, there)));
            if one.status != 200 {
                let [shown, hidden] = [&one, &other].map(|reply| without_the_time(&reply.text()));
                assert_eq!((one.status, shown), (other.status, hidden), "{role} {path}");
                compared += 1;
            }
        }
    }
    assert!(compared > 8, "{compared} answers that were refused");
}
