//! Signing in with a browser: who gets in, what a session opens, and what another site's page cannot do.

use std::net::SocketAddr;
use std::process::{Command, Output};

use baton::config::resolved::{DemoServing, Visitor};
use domain::Role;
use domain::signal::SourceName;

use serde_json::Value;

use crate::house::{Force, House, Reply, parse, raw};
use crate::program::program;

/// A demo whose visitors are Ann, a rep, Mia, who manages her and Bob, and somebody of each other role.
pub(crate) fn demo() -> House {
    House::with(Force::Strategy, |config| config.demo = Some(visitors()))
}

pub(crate) fn visitors() -> DemoServing {
    let visitor = |role: &Role| Visitor {
        role: *role,
        member: match role {
            Role::Rep => Some("ann".to_owned()),
            Role::Manager => Some("mia".to_owned()),
            Role::Marketer | Role::Revops | Role::Leader | Role::Auditor | Role::Admin => None,
        },
        name: format!("Some <{role}>"),
    };
    let visitors = Role::ALL.iter().map(visitor).collect();
    let source = SourceName::new("web").unwrap();
    let crm = Some("127.0.0.1:9".parse().expect("an address"));
    DemoServing { source, commands: Vec::new(), seed: 7, visitors, crm, stays: false }
}

/// A browser: it asks for pages, says where a form comes from, and keeps one cookie.
pub(crate) struct Browser {
    address: SocketAddr,
    cookie: Option<String>,
}

impl Browser {
    pub(crate) const fn of(house: &House) -> Self {
        Self { address: house.address, cookie: None }
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: &str,
    ) -> Reply {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nAccept: text/html\r\n");
        let host = ("Host", self.address.to_string());
        let given = headers.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let has_host = headers.iter().any(|(name, _)| *name == "Host");
        for (name, value) in given.chain((!has_host).then_some(host)) {
            head = format!("{head}{name}: {value}\r\n");
        }
        if let Some(cookie) = &self.cookie {
            head = format!("{head}Cookie: {cookie}\r\n");
        }
        if method == "POST" {
            head = format!(
                "{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                form.len()
            );
        }
        let reply = parse(&raw(self.address, format!("{head}\r\n{form}").as_bytes())).unwrap();
        if let Some(set) = reply.header("set-cookie") {
            let pair = set.split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        reply
    }

    pub(crate) fn open(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[], "")
    }

    pub(crate) fn post(&mut self, path: &str, form: &str) -> Reply {
        self.send("POST", path, &[("Sec-Fetch-Site", "same-origin")], form)
    }

    pub(crate) fn signed_in(house: &House, role: &str) -> Self {
        let mut browser = Self::of(house);
        let reply = browser.post(&format!("/sign-in/as/{role}"), "");
        assert_eq!(reply.status, 303, "{}", reply.text());
        browser
    }

    /// The cookie that it keeps.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.clone()
    }

    /// Signs out, and keeps no cookie.
    pub(crate) fn sign_out(&mut self) {
        let token = self.form_token();
        assert_eq!(self.post("/sign-out", &format!("csrf={token}")).status, 303);
    }

    /// What the forms of its pages carry.
    pub(crate) fn form_token(&mut self) -> String {
        let page = self.open("/me").text();
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }
}

#[test]
fn a_visitor_of_the_demo_signs_in_as_each_role_by_one_click_and_out_again() {
    let house = demo();
    let page = Browser::of(&house).open("/sign-in");
    assert!(page.text().contains("Some &lt;rep&gt;"), "{}", page.text());
    assert!(page.header("content-security-policy").unwrap().contains("form-action 'self'"));
    for role in Role::ALL {
        let mut browser = Browser::signed_in(&house, role.as_str());
        let me = browser.open("/me");
        assert_eq!(me.status, 200, "{}", me.text());
        assert_eq!(me.text().contains("work handoffs as ann"), *role == Role::Rep);
        assert_eq!(
            browser.open("/sign-in").header("location"),
            Some("/"),
            "no need to sign in twice"
        );
        let before = browser.cookie.clone();
        let token = browser.form_token();
        let out = browser.post("/sign-out", &format!("csrf={token}"));
        assert_eq!(out.header("location"), Some("/sign-in"));
        assert_eq!(browser.cookie, None, "the browser forgets it");
        browser.cookie = before;
        assert_eq!(browser.open("/me").status, 303, "and the server knows it no more");
    }
    assert_eq!(Browser::of(&house).post("/sign-in/as/nobody", "").problem(404), "route-missing");
}

#[test]
fn a_rep_says_on_their_own_page_that_they_take_no_leads_and_takes_them_again() {
    let house = demo();
    let mut ann = Browser::signed_in(&house, "rep");
    let token = ann.form_token();
    assert!(ann.open("/me").text().contains("You get leads."));
    let away = |house: &House| {
        let desk = house.get("/v1/desk").json();
        let members = desk["members"].as_array().unwrap().clone();
        let row = members.into_iter().find(|row| row["member"] == "ann").unwrap();
        (row["away"].as_str().map(str::to_owned), row["until"].as_str().map(str::to_owned))
    };
    let form = format!("csrf={token}&for=4&day=2033-12-24&reason=in-training");
    assert_eq!(ann.post("/me/availability", &form).header("location"), Some("/me"));
    let until = Some("2033-12-24T00:00:00.000000Z".to_owned());
    assert_eq!(away(&house), (Some("paused".to_owned()), until));
    let page = ann.open("/me").text();
    assert!(page.contains("You get no leads until 2033-12-24 00:00 UTC"), "{page}");
    let taken: Vec<String> = ["ada", "ben"].map(|who| house.handoff(who)).to_vec();
    for handoff in taken {
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        assert_eq!(shown["owner"]["id"], "bob", "{shown}");
    }
    for unfit in ["day=1999-01-01", "day=soon", "for=many", "for=4&reason=hangover"] {
        let refused = ann.post("/me/availability", &format!("csrf={token}&{unfit}"));
        assert_eq!(refused.status, 422, "{unfit}: {}", refused.text());
        assert!(refused.text().contains("Nothing was done"), "{unfit}: {}", refused.text());
    }
    ann.post("/me/availability", &format!("csrf={token}&back=yes"));
    assert_eq!(away(&house), (None, None));
    // Who is no member of the team has nothing to be away from.
    let mut marketer = Browser::signed_in(&house, "marketer");
    let token = marketer.form_token();
    assert!(!marketer.open("/me").text().contains("Availability"));
    assert_eq!(marketer.post("/me/availability", &format!("csrf={token}&for=4")).status, 404);
}

#[test]
fn a_browser_that_opens_a_page_is_sent_to_sign_in_and_comes_back() {
    let house = demo();
    let mut browser = Browser::of(&house);
    let sent = browser.open("/me?tab=1");
    assert_eq!(sent.header("location"), Some("/sign-in?next=/me%3Ftab%3D1"));
    let page = browser.open(sent.header("location").unwrap()).text();
    assert!(page.contains("name=\"next\" value=\"/me?tab=1\""), "{page}");
    let back = browser.post("/sign-in/as/rep", "next=%2Fme%3Ftab%3D1");
    assert_eq!(back.header("location"), Some("/me?tab=1"));
    let mut other = Browser::of(&house);
    let away = other.post("/sign-in/as/rep", "next=%2F%2Fevil.example");
    assert_eq!(away.header("location"), Some("/"), "nobody is sent elsewhere");
    // What asks for no page is told.
    let reply = crate::house::call(house.address, "POST", "/sign-out", &[], b"");
    assert_eq!(reply.problem(401), "sign-in-needed");
}

#[test]
fn a3_a_session_that_a_browser_was_given_is_never_taken_over() {
    let house = demo();
    let mut browser = Browser::of(&house);
    let planted = format!("baton-session={}", "a".repeat(43));
    browser.cookie = Some(planted.clone());
    browser.post("/sign-in/as/rep", "");
    assert_ne!(browser.cookie, Some(planted), "it has a secret of its own");
    let first = browser.cookie.clone();
    browser.post("/sign-in/as/auditor", "");
    assert_ne!(browser.cookie, first);
    browser.cookie = first;
    assert_eq!(browser.open("/me").status, 303, "the session before has ended");
}

#[test]
fn what_another_sites_page_makes_a_browser_send_does_nothing() {
    let house = demo();
    let mut browser = Browser::signed_in(&house, "rep");
    let token = browser.form_token();
    let form = format!("csrf={token}");
    let origin = format!("http://{}", house.address);
    for (headers, form) in [
        (vec![("Sec-Fetch-Site", "cross-site")], form.as_str()),
        (vec![("Sec-Fetch-Site", "same-site"), ("Origin", origin.as_str())], &form),
        (vec![("Origin", "https://evil.example")], &form),
        (vec![("Origin", "null")], &form),
        (vec![("Sec-Fetch-Site", "same-origin")], ""),
        (vec![("Sec-Fetch-Site", "same-origin")], "csrf=wrong"),
        (vec![("Sec-Fetch-Site", "same-origin")], &format!("{form}&csrf=twice")),
    ] {
        let reply = browser.send("POST", "/sign-out", &headers, form);
        assert_eq!(reply.problem(403), "form-foreign", "{headers:?} {form}");
    }
    // Nor is somebody signed in by another site as whoever it likes.
    let mut fresh = Browser::of(&house);
    let reply = fresh.send("POST", "/sign-in/as/rep", &[("Sec-Fetch-Site", "cross-site")], "");
    assert_eq!(reply.problem(403), "form-foreign");
    assert_eq!(browser.open("/me").status, 200, "the session is open still");
    // Another session's token is as good as none.
    let other = Browser::signed_in(&house, "rep").form_token();
    assert_eq!(browser.post("/sign-out", &format!("csrf={other}")).problem(403), "form-foreign");
    assert_eq!(browser.post("/sign-out", &form).status, 303, "a form of its own is taken");
}

#[test]
fn nobody_signs_in_over_plain_http_from_elsewhere() {
    let house = demo();
    for headers in [
        vec![("Host", "baton.example.com")],
        vec![("X-Forwarded-For", "203.0.113.9")],
        vec![("Forwarded", "for=203.0.113.9")],
    ] {
        let mut browser = Browser::of(&house);
        assert_eq!(browser.send("GET", "/sign-in", &headers, "").problem(403), "sign-in-plain");
        let reply = browser.send("POST", "/sign-in/as/rep", &headers, "");
        assert_eq!(reply.problem(403), "sign-in-plain");
        assert_eq!(reply.header("set-cookie"), None);
        // A session that is open does not travel there either.
        let mut near = Browser::signed_in(&house, "rep");
        assert_eq!(near.send("GET", "/me", &headers, "").status, 303, "{headers:?}");
    }
}

#[test]
fn only_a_demo_signs_somebody_in_by_a_click() {
    let house = House::open();
    let mut browser = Browser::of(&house);
    for role in Role::ALL {
        let reply = browser.post(&format!("/sign-in/as/{role}"), "");
        assert_eq!(reply.problem(404), "route-missing");
    }
    assert_eq!(browser.cookie, None);
}

#[test]
fn signing_out_everywhere_ends_each_session_of_the_user() {
    let house = demo();
    let mut phone = Browser::signed_in(&house, "rep");
    let mut desk = Browser::signed_in(&house, "rep");
    let mut other = Browser::signed_in(&house, "manager");
    let token = desk.form_token();
    desk.post("/sign-out", &format!("csrf={token}&everywhere=yes"));
    assert_eq!(phone.open("/me").status, 303);
    assert_eq!(other.open("/me").status, 200, "nobody else is signed out");
}

/// Runs a verb over the folder of a running server, with a line on standard input.
fn verb(house: &House, words: &[&str], line: &str) -> Output {
    use std::io::Write as _;
    let mut command = Command::new(program());
    command.args(words).arg("--json").arg("--data").arg(house.folder.path().join("data"));
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[track_caller]
pub(crate) fn done(house: &House, words: &[&str], line: &str) -> Value {
    let output = verb(house, words, line);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn found_auth_a3_who_is_signed_in_stays_so_when_the_server_is_started_again() {
    let house = demo();
    let [mut stays, mut left, mut everywhere] =
        ["rep", "auditor", "admin"].map(|role| Browser::signed_in(&house, role));
    let before = (left.cookie.clone(), everywhere.cookie.clone());
    let token = left.form_token();
    left.post("/sign-out", &format!("csrf={token}"));
    let token = everywhere.form_token();
    everywhere.post("/sign-out", &format!("csrf={token}&everywhere=yes"));
    let visitors = visitors();
    let house = house.again(|config| config.demo = Some(visitors));
    (left.cookie, everywhere.cookie) = before;
    let open = |browser: &mut Browser| {
        browser.address = house.address;
        browser.open("/me").status
    };
    assert_eq!(open(&mut stays), 200, "they are signed in still");
    assert_eq!((open(&mut left), open(&mut everywhere)), (303, 303), "and these are not");
}

/// The code of a refusal.
#[track_caller]
fn refused(house: &House, words: &[&str], line: &str) -> String {
    let output = verb(house, words, line);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const ANN: [&str; 8] =
    ["user", "add", "Ann@Acme.example", "--role", "rep", "--member", "ann", "--password-stdin"];

/// What a sign-in form with this address and password says.
pub(crate) fn credentials(email: &str, password: &str) -> String {
    format!("email={email}&password={}", password.replace(' ', "+"))
}

#[test]
fn a_user_signs_in_with_the_password_and_is_who_the_administrator_said() {
    let house = House::open();
    done(&house, &ANN, PASSWORD);
    let mut browser = Browser::of(&house);
    let page = browser.open("/sign-in").text();
    assert!(page.contains("name=\"password\"") && !page.contains("/sign-in/as/"), "{page}");
    let reply = browser.post("/sign-in", &credentials("ANN%40acme.example", PASSWORD));
    assert_eq!(reply.status, 303, "{}", reply.text());
    let me = browser.open("/me").text();
    assert!(me.contains("a rep") && me.contains("work handoffs as ann"), "{me}");
    let listed = done(&house, &["user", "list"], "");
    assert_eq!(listed[0]["email"], "ann@acme.example");
    assert_eq!((&listed[0]["role"], &listed[0]["member"]), (&"rep".into(), &"ann".into()));
    assert!(!listed.to_string().contains("argon2id"), "{listed}");
}

#[test]
fn a1_who_is_not_let_in_is_told_the_same_whatever_the_reason() {
    let house = House::open();
    done(&house, &ANN, PASSWORD);
    let bob =
        ["user", "add", "bob@acme.example", "--role", "rep", "--member", "bob", "--password-stdin"];
    done(&house, &bob, PASSWORD);
    done(&house, &["user", "revoke", "bob@acme.example"], "");
    done(&house, &["user", "add", "new@acme.example", "--role", "marketer"], "");
    let wrong = "wrong horse battery";
    let answers: Vec<(u16, String)> = [
        credentials("ann@acme.example", wrong),
        credentials("nobody@acme.example", PASSWORD),
        credentials("bob@acme.example", PASSWORD),
        credentials("new@acme.example", PASSWORD),
        credentials("no-address", PASSWORD),
        credentials("ann@acme.example", ""),
        String::new(),
    ]
    .iter()
    .map(|form| {
        let mut browser = Browser::of(&house);
        let reply = browser.post("/sign-in", form);
        assert_eq!(browser.cookie, None);
        (reply.status, reply.text())
    })
    .collect();
    assert_eq!(answers[0].0, 401);
    assert!(answers[0].1.contains("do not fit"), "{}", answers[0].1);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[test]
fn a3_a5_what_was_open_ends_with_another_role_a_sign_out_everywhere_and_a_revocation() {
    let house = House::open();
    done(&house, &ANN, PASSWORD);
    let ends = [
        vec![
            "user",
            "add",
            "ann@acme.example",
            "--role",
            "manager",
            "--member",
            "ann",
            "--password-stdin",
        ],
        vec!["user", "revoke", "ann@acme.example", "--sessions"],
        vec!["user", "revoke", "ann@acme.example"],
    ];
    for end in ends {
        let mut browser = Browser::of(&house);
        let reply = browser.post("/sign-in", &credentials("ann@acme.example", PASSWORD));
        assert_eq!(reply.status, 303, "{end:?}: {}", reply.text());
        assert_eq!(browser.open("/me").status, 200);
        done(&house, &end, PASSWORD);
        assert_eq!(browser.open("/me").status, 303, "{end:?}");
    }
    let reply = Browser::of(&house).post("/sign-in", &credentials("ann@acme.example", PASSWORD));
    assert_eq!(reply.status, 401, "she may sign in no more");
}

#[test]
fn an_address_signs_in_once_after_a_click_and_sets_the_password() {
    let house = House::open();
    let made = done(&house, &ANN[..7], "");
    let path = made["link"].as_str().unwrap();
    let mut scanner = Browser::of(&house);
    for _ in 0..3 {
        let page = scanner.open(path);
        assert_eq!(page.status, 200, "looking uses nothing up");
        assert_eq!(scanner.cookie, None);
    }
    let mut browser = Browser::of(&house);
    assert_eq!(browser.post(path, "password=short").problem(422), "password-unfit");
    let reply = browser.post(path, &format!("password={}", PASSWORD.replace(' ', "+")));
    assert_eq!(reply.status, 303, "{}", reply.text());
    assert_eq!(browser.open("/me").status, 200);
    assert_eq!(Browser::of(&house).post(path, "").problem(410), "link-over");
    assert_eq!(Browser::of(&house).open(path).problem(410), "link-over");
    let wrong = format!("/sign-in/link/{}", "a".repeat(43));
    assert_eq!(Browser::of(&house).open(&wrong).problem(410), "link-over");
    let reply = Browser::of(&house).post("/sign-in", &credentials("ann@acme.example", PASSWORD));
    assert_eq!(reply.status, 303, "the password that she chose fits");
}

#[test]
fn a6_the_last_administrator_stays() {
    let house = House::open();
    let add = |email, role| ["user", "add", email, "--role", role];
    done(&house, &add("root@acme.example", "admin"), "");
    assert!(refused(&house, &["user", "revoke", "root@acme.example"], "").contains("last-admin"));
    assert!(refused(&house, &add("root@acme.example", "revops"), "").contains("last-admin"));
    done(&house, &add("other@acme.example", "admin"), "");
    done(&house, &["user", "revoke", "root@acme.example"], "");
    assert!(refused(&house, &["user", "revoke", "other@acme.example"], "").contains("last-admin"));
}

#[test]
fn a_user_who_is_typed_wrongly_is_refused_with_what_to_do() {
    let house = House::open();
    let add = |email, role, member| ["user", "add", email, "--role", role, "--member", member];
    for (words, code) in [
        (add("ann", "rep", "ann").to_vec(), "address-unreadable"),
        (add("ann@acme.example", "king", "ann").to_vec(), "unknown-word"),
        (add("ann@acme.example", "rep", "nobody").to_vec(), "member-missing"),
        (add("ann@acme.example", "rep", "ann")[..5].to_vec(), "user-without-member"),
        (vec!["user", "revoke", "nobody@acme.example"], "unknown-id"),
        (vec!["user", "revoke", "u-000"], "unknown-id"),
    ] {
        let says = refused(&house, &words, "");
        assert!(says.contains(code), "{words:?}: {says}");
    }
    let asked = ["user", "add", "ann@acme.example", "--role", "marketer", "--password"];
    assert!(refused(&house, &asked, PASSWORD).contains("--password-stdin"), "nobody is there");
    assert!(refused(&house, &ANN, "short").contains("password-unfit"));
    assert_eq!(done(&house, &["user", "list"], ""), Value::Array(Vec::new()));
}

#[test]
fn facts_say_who_may_sign_in_and_nothing_of_the_folder_says_an_address_in_clear() {
    let house = House::open();
    let made = done(&house, &ANN, PASSWORD);
    done(&house, &["user", "revoke", "ann@acme.example"], "");
    let folder = house.close();
    let data = folder.path().join("data");
    let output = Command::new(program())
        .args(["export", "--what", "facts"])
        .arg("--data")
        .arg(&data)
        .output()
        .unwrap();
    let facts = String::from_utf8(output.stdout).unwrap();
    for kind in ["user-granted", "user-revoked"] {
        let line =
            facts.lines().find(|line| line.contains(kind)).unwrap_or_else(|| panic!("{facts}"));
        assert!(line.contains(made["id"].as_str().unwrap()), "{line}");
    }
    for file in std::fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        for clear in ["ann@acme.example", "argon2id", PASSWORD] {
            let found =
                bytes.windows(clear.len()).any(|part| part.eq_ignore_ascii_case(clear.as_bytes()));
            assert!(!found, "{} has `{clear}`", path.display());
        }
    }
}
