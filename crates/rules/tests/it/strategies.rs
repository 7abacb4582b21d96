//! A folder as a whole: what it needs, what its version is, what must fit across files.

use std::fmt::Write as _;

use domain::handoff::Autonomy;

use crate::folder::{Folder, folder, lead};

#[track_caller]
fn told(folder: Folder, expected: &[&str]) {
    assert_eq!(folder.told(), expected);
}

/// A rule that asks for what nobody has: where the strategy itself must have it, that is an error;
/// a field of a person or an account is unknown until a source brings it, and matches nothing.
#[test]
fn p4_a_rule_that_asks_for_what_is_not_there_is_told_or_unknown() {
    for (condition, code) in [
        ("score.propensity_v1 > 5", "name-unknown"),
        ("model.old > 5", "name-unknown"),
        ("predict(account.employees) > 5", "function-unknown"),
        ("account.country in gone", "name-unknown"),
        ("handoff.mood == \"x\"", "name-unknown"),
    ] {
        let told = folder().when(condition).told();
        assert!(told[0].starts_with(code), "{condition}: {told:?}");
    }
    let strategy = folder().when("account.brand_new_feature > 5").strategy();
    let when = strategy.routing.routes[0].when.as_ref().expect("it has one");
    assert_eq!(when.holds(&lead()), rules::Truth::Unknown);
    let opposite = folder().when("!(account.brand_new_feature > 5)").strategy();
    let when = opposite.routing.routes[0].when.as_ref().expect("it has one");
    assert_eq!(when.holds(&lead()), rules::Truth::Unknown, "nor does its opposite hold");
}

#[test]
fn a_small_folder_is_a_strategy() {
    let compiled = folder().compile();
    assert_eq!(compiled.diagnostics.list(), []);
    assert_eq!((compiled.counts.files, compiled.counts.rules, compiled.counts.pools), (7, 3, 0));
    let strategy = compiled.strategy.expect("it compiles");
    assert_eq!((strategy.name.as_str(), strategy.seed, strategy.explore_ppm), ("small", 7, 0));
    assert_eq!(strategy.autonomy.assign, Autonomy::Automatic);
}

#[test]
fn what_is_missing_is_told() {
    for name in ["strategy.yaml", "readiness.yaml", "routing.yaml", "team.csv"] {
        let told = folder().without(name).told();
        assert!(told.iter().any(|told| told.starts_with("file-missing")), "{name}: {told:?}");
    }
    told(folder().with("sal.yaml", ""), &["file-unknown sal.yaml:1:1"]);
    told(folder().with("lists/x.csv", [0xff, 0xfe]), &["not-utf8 lists/x.csv:1:1"]);
    told(folder().with("lists/a-b.csv", "x\n1\n"), &["name-unusable lists/a-b.csv:1:1"]);
    told(folder().with(".git/config", [0xff]), &[]);
}

#[test]
fn the_version_is_of_what_was_read() {
    let version = |folder: Folder| folder.strategy().version;
    let same = version(folder());
    let strategy = "# a comment\n\nseed:    7\nstrategy: 'small'\n";
    assert_eq!(version(folder().with("strategy.yaml", strategy)), same);
    assert_eq!(
        version(folder().with("lists/dach.csv", "\u{feff}country\r\nDE\r\n AT\r\n\"CH\"\r\n")),
        same
    );
    assert_eq!(version(folder().with("tests/one.story", "lead")), same);
    assert_ne!(version(folder().with("strategy.yaml", "strategy: small\nseed: 8\n")), same);
    assert_ne!(version(folder().with("lists/dach.csv", "country\nDE\nAT\n")), same);
    let columns = |order: &str| {
        let table = format!("columns: {{ {order} }}\nrows:\n  - [ '-', '-', nurture, '-', '-' ]\n");
        version(folder().with("readiness.yaml", table))
    };
    assert_ne!(columns("a: score.fit, b: score.total"), columns("b: score.total, a: score.fit"));
}

#[test]
fn names_must_fit_across_files() {
    let team = "id,name,calendar\na.keller,Anna,paris\n";
    told(folder().with("team.csv", team), &["calendar-unknown team.csv:2:15"]);
    let named = "domain,owner\nx.example,nobody\n";
    told(folder().with("named_accounts.csv", named), &["member-unknown named_accounts.csv:2:11"]);
}

#[test]
fn a_fence_fires_unless_its_condition_is_known_not_to_hold() {
    let yaml = "strategy: x\nautonomy: { assign: notice }\nfences:\n  \
                - { when: 'account.pipeline > money(\"1\", \"EUR\")', then: review, say: Too much. }\n";
    let strategy = folder().with("strategy.yaml", yaml).strategy();
    let fires = |lead: crate::folder::Lead| strategy.fences[0].fires(&lead.frame(&strategy));
    assert!(fires(lead()));
    assert!(fires(lead().worth("account.pipeline", 2, "EUR")));
    assert!(fires(lead().worth("account.pipeline", 2, "USD")));
    assert!(!fires(lead().worth("account.pipeline", 1, "EUR")));
    assert_eq!(strategy.autonomy.assign, Autonomy::Notice);
    let head = |rest: &str| folder().with("strategy.yaml", format!("strategy: x\n{rest}\n"));
    told(head("autonomy: { asign: review }"), &["action-unknown strategy.yaml:2:13"]);
    told(head("autonomy: { assign: sometimes }"), &["autonomy-unknown strategy.yaml:2:21"]);
    told(
        head("fences: [{ when: 'true', then: automatic }]"),
        &["autonomy-unknown strategy.yaml:2:32"],
    );
    told(head("explore: 60%"), &["share-unreadable strategy.yaml:2:10"]);
    told(head("exlpore: 2%"), &["unknown-key strategy.yaml:2:1"]);
}

#[test]
fn p6_ten_thousand_rules_are_read_and_judged() {
    let mut routing = String::from("routes:\n");
    for n in 0..9_999 {
        let when = format!("account.a == \"x{n}\" && account.b >= {n}");
        writeln!(routing, "  - {{ route: r{n}, when: '{when}', to: {{ hold: x }} }}")
            .expect("a text");
    }
    routing +=
        "  - { route: end, to: { queue: q } }\nqueues:\n  q: { owner: a.keller, within: 2h }\n";
    let strategy = folder().with("routing.yaml", routing).strategy();
    let lead = lead().with("account.a", "x9000").with("account.b", 9_000);
    let judged = lead.judged(&strategy);
    let held: Vec<usize> = (0..judged.len()).filter(|at| judged[*at].truth.holds()).collect();
    assert_eq!(held, [9_000, 9_999]);
}

#[test]
fn a_name_that_is_almost_another_is_doubtful() {
    let folder = |condition: &str| folder().when(condition);
    told(folder("account.industri == \"energy\""), &["name-doubtful routing.yaml:2:28"]);
    told(folder("account.industry == \"energy\" && person.favourite_colour == \"red\""), &[]);
    let contract = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nname: A\nversion: 1.0.0\n\
                    status: active\nschema:\n  - name: a\n    properties:\n      \
                    - { name: account.industri, logicalType: string }\n";
    told(folder("account.industri == \"energy\"").with("contracts/a.yaml", contract), &[]);
}

#[test]
fn found_a4_what_nothing_does_yet_is_refused() {
    for act in [
        "change-crm-stage",
        "email-buyer",
        "email buyer",
        "start-sequence",
        "request-meeting",
        "enrich-first",
        "nurture",
        "ask a person",
        "suppress",
    ] {
        let head = format!("strategy: x\nautonomy: {{ assign: review, {act}: review }}\n");
        told(folder().with("strategy.yaml", head), &["not-yet strategy.yaml:2:29"]);
    }
    for file in ["agents.yaml", "policies/reps.cedar", "policies/all.cedar"] {
        for bytes in [&b"a: [broken"[..], b"", b"permit(principal, action, resource);\n", &[0xff]] {
            told(folder().with(file, bytes), &[&format!("not-yet {file}:1:1")]);
        }
    }
    told(folder().with(".agents.yaml", "a: b\n"), &[]);
}

#[test]
fn what_was_put_in_force_before_it_was_refused_is_still_read() {
    let head = "strategy: x\nautonomy: { assign: review, email-buyer: review }\n";
    let before = folder().with("strategy.yaml", head);
    let agents = folder().with("strategy.yaml", head).with("agents.yaml", "a: b\n");
    for folder in [before, agents] {
        let strategy = folder.kept().expect("nothing follows from it, so nothing is lost");
        assert_eq!(strategy.autonomy.assign, Autonomy::Review);
    }
    let broken = folder().with("strategy.yaml", head).with("team.csv", "id,nobody\n");
    assert!(broken.kept().is_none(), "what is wrong otherwise is wrong");
}

#[test]
fn found_a4_what_nobody_hears_is_told_once() {
    let sla = "hot:\n  accept: { within: 1h, warn: 30m }\n  on silence:\n    - { at: warn, do: remind }\n    \
               - { at: breach, do: tell manager }\n    - { after: 1h, do: tell manager }\n    \
               - { after: 1h, do: reassign }\nwarm:\n  accept: { within: 1h }\n  on silence:\n    \
               - { at: breach, do: tell manager }\n";
    told(folder().with("sla.yaml", sla), &["unheard sla.yaml:4:23", "unheard sla.yaml:5:25"]);
    let routing = "routes:\n  - { route: all, to: { queue: b } }\nqueues:\n  \
                   a: { owner: a.keller, within: 2h }\n  b: { owner: a.keller, within: 2h, alarm: true }\n";
    told(folder().with("routing.yaml", routing), &["unheard routing.yaml:5:3"]);
    let table = "columns: { total: score.total }\noutputs: [decision]\nrows:\n  \
                 - [ '>= 60', enrich first ]\n  - [ '>= 50', start sequence ]\n  \
                 - [ '>= 40', request meeting ]\n  - [ '>= 30', enrich first ]\n  - [ '-', nurture ]\n";
    let expected = [
        "unheard readiness.yaml:4:16",
        "unheard readiness.yaml:5:16",
        "unheard readiness.yaml:6:16",
    ];
    told(folder().with("readiness.yaml", table), &expected);
}

#[test]
fn found_a4_a_column_that_nothing_reads_is_told() {
    let team =
        "id,name,region,pto,max_leads,tier\na.keller,Anna,dach,,5,1\nj.brandt,Jo,emea,,5,2\n";
    let unread = ["column-unread team.csv:1:16", "column-unread team.csv:1:20"];
    let pools = "routes:\n  - { route: all, to: { pool: top } }\n  - { route: rest, to: { queue: q } }\n\
                 pools:\n  top: { members: 'member.tier == 1' }\nqueues:\n  q: { owner: a.keller, within: 2h }\n";
    told(folder().with("team.csv", team).with("routing.yaml", pools), &unread);
    let table = "columns: { tier: owner.tier }\noutputs: [decision]\nrows:\n  - [ '> 1', suppress ]\n  \
                 - [ '-', nurture ]\n";
    told(folder().with("team.csv", team).with("readiness.yaml", table), &unread);
    let all = [unread[0], unread[1], "column-unread team.csv:1:30"];
    told(folder().with("team.csv", team), &all);
}

#[test]
fn draws_are_those_of_every_version() {
    // The first 64 bits of HMAC-SHA-256 under the seed, of a handoff's id and a word.
    let handoff = domain::HandoffId::from_bytes([3; 10]);
    let drawn = |seed, word| rules::chance::Chance::new(seed).draw(handoff, word);
    assert_eq!(drawn(7, "explore"), 3_427_597_316_493_040_260);
    assert_eq!(drawn(2026, "a.keller"), 17_456_761_168_984_155_452);
}

#[test]
fn found_e7_a_row_that_every_signal_may_start_is_told() {
    let readiness = |starts: &str, column: &str, cell: &str| {
        let text = format!(
            "{starts}columns: {{ c: '{column}' }}\noutputs: [decision, kind, sla]\nrows:\n  \
             - [ '{cell}', hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n"
        );
        folder().with("readiness.yaml", text).told()
    };
    let energy = "\"energy\"";
    for (column, cell) in
        [("account.industry", energy), ("score.fit", ">= 20"), ("person.free_mail", "false")]
    {
        let told = readiness("", column, cell);
        assert_eq!(told, ["starts-missing readiness.yaml:4:".to_owned() + &at(cell)], "{column}");
        assert_eq!(readiness("starts: [form.*]\n", column, cell), [] as [String; 0], "{column}");
    }
    for (column, cell) in [
        ("score.total", ">= 60"),
        ("lead.kind", "\"form.quote\""),
        ("seen(\"form.quote\", \"1d\")", "true"),
    ] {
        assert_eq!(readiness("", column, cell), [] as [String; 0], "{column}");
    }
}

/// The column of what stands behind a cell that is quoted, in the first row.
fn at(cell: &str) -> String {
    (11 + cell.len()).to_string()
}
