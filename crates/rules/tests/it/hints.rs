//! What is not wrong and probably meant otherwise: names that are almost those of others, kinds of signals
//! that nothing meets, fences that fire on what is not known, reviews that nobody hears of.

use crate::folder::{Folder, folder};

/// What is told of a folder: the code, what it says, and the help.
fn told(folder: Folder) -> Vec<String> {
    let compiled = folder.compile();
    let told = compiled.diagnostics.list().iter();
    told.map(|d| format!("{}: {} | {}", d.code, d.message, d.help.as_deref().unwrap_or_default()))
        .collect()
}

#[track_caller]
fn tells(folder: Folder, says: &[&str]) {
    let told = told(folder);
    assert_eq!(told.len(), says.len(), "{told:#?}");
    for (told, says) in told.iter().zip(says) {
        assert!(told.contains(says), "{says}\n{told}");
    }
}

/// A readiness table with these kinds in `starts`.
fn starts(kinds: &str) -> Folder {
    folder().with(
        "readiness.yaml",
        format!(
            "starts: {kinds}\ncolumns: {{ total: score.total }}\noutputs: [decision, kind, sla]\nrows:\n  \
             - [ \">= 60\", hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n"
        ),
    )
}

fn signal(kind: &str) -> String {
    format!("engagement: {{ points: [{{ signal: {kind}, points: 5 }}] }}\n")
}

#[test]
fn found_b3_a_kind_of_signals_that_is_almost_another_is_told() {
    for (kind, near) in [
        ("form.qoute", "form.quote"),
        ("from.quote", "form.quote"),
        ("form_quote", "form.quote"),
        ("Form.Quote", "form.quote"),
        ("form.submited", "form.submitted"),
        ("form.submit", "form.submitted"),
        ("page.view", "page.viewed"),
        ("page.veiwed", "page.viewed"),
        ("lead.craeted", "lead.created"),
        ("lead.create", "lead.created"),
        ("meeting.bookd", "meeting.booked"),
        ("email.clickd", "email.clicked"),
    ] {
        let says = format!("name-doubtful: the kind of signals `{kind}` is almost `{near}`");
        tells(folder().with("scoring.yaml", signal(kind)), &[&says]);
        for condition in [
            format!("seen(\"{kind}\", \"1d\")"),
            format!("count(\"{kind}\", \"7d\") >= 3"),
            format!("last(\"{kind}\") > now - \"3d\""),
            format!("lead.kind == \"{kind}\""),
            format!("lead.kind in [\"{kind}\", \"demo.asked\"]"),
        ] {
            tells(folder().when(&condition), &[&says]);
        }
        tells(starts(&format!("[{kind}, lead.created]")), &[&says]);
    }
}

#[test]
fn found_b3_kinds_are_compared_with_those_of_the_folder() {
    let own = signal("demo.requested");
    let says = "kind of signals `demo.reqested` is almost `demo.requested` | did you mean `demo.requested`?";
    let near = folder().with("scoring.yaml", &own).when("seen(\"demo.reqested\", \"1d\")");
    tells(near, &[says]);
    // The one that is looked at more often is meant.
    let often = "seen(\"demo.requested\", \"1d\") || seen(\"demo.requested\", \"2d\") && person.p";
    let rare = folder().with("scoring.yaml", signal("demo.reqested")).when(often);
    tells(rare, &[says]);
    let map = "source: crm\nfiles: { \"*.csv\": { kind: demo.requested, fields: {} } }\n";
    let mapped = folder().with("maps/crm.yaml", map).with("scoring.yaml", signal("demo.reqested"));
    tells(mapped, &[says]);
}

#[test]
fn found_b3_a_kind_of_ones_own_is_left_alone() {
    for kind in ["demo.requested", "trial.started", "email.checked", "form.note", "a", "event.q1"] {
        tells(folder().with("scoring.yaml", signal(kind)), &[]);
        let both = folder().with("scoring.yaml", signal(kind));
        tells(both.when(&format!("seen(\"{kind}\", \"1d\")")), &[]);
    }
    let quarters = folder().with("scoring.yaml", signal("event.q1"));
    tells(quarters.when("seen(\"event.q2\", \"1d\")"), &[]);
    let contract = "apiVersion: v3.1.0\nkind: DataContract\nid: forms\nversion: 1.0.0\nstatus: active\n\
                    customProperties:\n  - { property: batonSeam, value: signal }\nschema:\n  \
                    - name: forms\n    customProperties:\n      \
                    - { property: batonKinds, value: [form.quota] }\n    properties:\n      \
                    - { name: form, logicalType: string }\n";
    let named = folder().with("contracts/forms.yaml", contract);
    tells(named.with("scoring.yaml", signal("form.quota")), &[]);
}

#[test]
fn found_b3_a_star_where_one_kind_is_looked_for_is_told() {
    let says = "name-doubtful: no signal is of the kind `form.*`";
    tells(folder().with("scoring.yaml", signal("form.*")), &[says]);
    tells(folder().when("seen(\"form.*\", \"1d\")"), &[says]);
    tells(folder().when("lead.kind == \"form.*\""), &[says]);
}

#[test]
fn found_b3_a_beginning_that_no_kind_has_is_told() {
    for (kinds, says) in [
        ("[from.*]", "`from.*` is almost `form.*` | did you mean `form.*`?"),
        ("[from.*, lead.created]", "`from.*` is almost `form.*`"),
        ("[form.*, paeg.*]", "`paeg.*` is almost `page.*`"),
        ("[Form.*]", "`Form.*` is almost `form.*`"),
        ("[meetings.*]", "`meetings.*` is almost `meeting.*`"),
    ] {
        tells(starts(kinds), &[&format!("name-doubtful: the kind of signals {says}")]);
    }
    tells(starts("[zorb.*]"), &["starts-unmet: no signal that this folder or the handbook names"]);
    tells(starts("[zorb.rolled, zorb.lost]"), &["starts-unmet: no signal"]);
    // One that is met is enough, and the folder itself may say what there is.
    tells(starts("[zorb.*, lead.created]"), &[]);
    tells(starts("[form.*]"), &[]);
    tells(starts("[zorb.*]").with("scoring.yaml", signal("zorb.rolled")), &[]);
    let map = "source: crm\nfiles: { \"*.csv\": { kind: zorb.rolled, fields: {} } }\n";
    tells(starts("[zorb.*]").with("maps/crm.yaml", map), &[]);
}

#[test]
fn found_b3_a_consent_that_is_almost_another_is_told() {
    for (name, near) in [
        ("consent.emial", "consent.email"),
        ("consent.e_mail", "consent.email"),
        ("consent.emails", "consent.email"),
        ("consent.phnoe", "consent.phone"),
        ("consent.emal", "consent.email"),
    ] {
        let says = format!("`{name}` is almost `{near}` | did you mean `{near}`?");
        tells(folder().when(&format!("{name} == true")), &[&says]);
        let column = format!(
            "starts: [form.*]\ncolumns: {{ agreed: {name} }}\noutputs: [decision, kind, sla]\nrows:\n  \
             - [ true, hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n"
        );
        tells(folder().with("readiness.yaml", column), &[&says]);
    }
    for name in ["consent.email", "consent.phone", "consent.sms", "consent.newsletter"] {
        tells(folder().when(&format!("{name} == true")), &[]);
    }
    let map = "source: crm\nfiles: { \"*.csv\": { kind: lead.created, fields: { consent.emails: boolean } } }\n";
    tells(folder().with("maps/crm.yaml", map).when("consent.emails"), &[]);
}

#[test]
fn found_b3_a_misspelt_field_of_a_playbook_or_a_brief_is_told() {
    let play = |field: &str| {
        let text = format!("---\npersona: all\n---\nDear {{{{ {field} | or: \"you\" }}}},\n");
        folder().with("playbooks/all.md", text)
    };
    for (name, near) in [
        ("person.firstname", "person.first_name"),
        ("person.frist_name", "person.first_name"),
        ("account.contry", "account.country"),
    ] {
        let says = format!("name-doubtful: `{name}` is almost `{near}` | did you mean `{near}`?");
        tells(play(name), &[&says]);
        tells(folder().when(&format!("{name} == \"x\"")), &[&says]);
        let collect = format!("---\npersona: all\ncollect: [{name}]\n---\nHello\n");
        tells(folder().with("playbooks/all.md", collect), &[&says]);
        let brief = format!("personal: {{ {name}: [sales] }}\n");
        tells(folder().with("brief.yaml", brief), &[&says]);
    }
    tells(play("person.first_name"), &[]);
    tells(play("person.shoe_size"), &[]);
    tells(folder().with("brief.yaml", "personal: { person.*: [sales] }\n"), &[]);
}

fn fence(condition: &str) -> Folder {
    let quoted = condition.replace('\'', "''");
    let heard = "steps:\n  - { step: question, to: mail, when: reviewed, tell: queue owner }\n";
    folder()
        .with(
            "strategy.yaml",
            format!("strategy: x\nfences:\n  - {{ when: '{quoted}', then: review }}\n"),
        )
        .with("destinations.yaml", heard)
}

#[test]
fn found_b4_a_fence_that_fires_on_what_is_not_known_is_told() {
    for (condition, field) in [
        (r#"account.stage == "customer""#, "account.stage"),
        (r#"!(account.stage == "customer")"#, "account.stage"),
        ("account.employees > 500", "account.employees"),
        (r#""vip" in account.tags"#, "account.tags"),
        (r#"account.country in ["DE"]"#, "account.country"),
        (r#"account.domain.endsWith(".gov")"#, "account.domain"),
        ("consent.email == false", "consent.email"),
        ("lead.seats > 5", "lead.seats"),
        ("account.worked_days > 5", "account.worked_days"),
        (r#"last("form.quote").topic == "x""#, r#"last("form.quote").topic"#),
        (r#"has(account.tier) || account.stage == "customer""#, "account.stage"),
        (r#"has(account.tier) && account.stage == "customer""#, "account.stage"),
        (r#"has(account.tier) ? account.stage == "a" : false"#, "account.stage"),
        ("orElse(account.tier, account.size) > 3", "account.size"),
    ] {
        let says = format!(
            "fence-on-unknown: this fence fires on every lead of which `{field}` is not known | \
             write `has({field}) && …`"
        );
        tells(fence(condition), &[&says]);
    }
    let two = r#"account.stage == "customer" || account.employees > 500"#;
    tells(fence(two), &["of which `account.stage` or `account.employees` is not known"]);
}

#[test]
fn found_b4_a_fence_that_asks_first_or_means_it_is_left_alone() {
    for condition in [
        r#"has(account.stage) && account.stage == "customer""#,
        r#"account.stage == "customer" && has(account.stage)"#,
        r#"has(account.stage) && (account.stage == "a" || account.stage == "b")"#,
        r#"!has(account.stage) || account.stage == "customer""#,
        r#"has(account.stage) ? account.stage == "customer" : false"#,
        r#"!has(account.stage) ? false : account.stage == "customer""#,
        "orElse(account.employees, 0) > 500",
        "has(account.tags) && \"vip\" in account.tags",
        r#"seen("form.quote", "1d")"#,
        r#"count("page.viewed", "7d", signal.path == "/") > 3"#,
        "score.total > 80",
        "person.free_mail",
        r#"lead.source == "website""#,
        "!has(account.domain)",
    ] {
        tells(fence(condition), &[]);
    }
}

#[test]
fn found_b3_a_review_that_nobody_hears_of_is_told() {
    const SAYS: &str = "is recorded and nobody hears of it: no step waits for `reviewed` | \
                        add a step to destinations.yaml: ";
    let step = |word: &str| {
        format!(
            "unheard: `{word}` {SAYS}`{{ step: {word}, to: NAME, when: reviewed, tell: queue owner }}`"
        )
    };
    let seen = "seen(\"form.quote\", \"1d\")";
    let silent = || fence(seen).without("destinations.yaml");
    tells(silent(), &[&step("review")]);
    tells(fence(seen), &[]);
    let other = "steps:\n  - { step: late, to: mail, when: breached, tell: manager }\n";
    let heard = told(fence(seen).with("destinations.yaml", other));
    assert!(heard.iter().any(|told| told.contains(&step("review"))), "{heard:?}");
    let level = "strategy: x\nautonomy: { assign: review }\n";
    tells(folder().with("strategy.yaml", level), &[&step("review")]);
    let asks = "columns: { total: score.total }\noutputs: [decision, kind, sla]\nrows:\n  \
                - [ \">= 60\", hand off, marketing-to-sales, hot ]\n  - [ \"-\", ask a person, \"-\", \"-\" ]\n";
    tells(folder().with("readiness.yaml", asks), &[&step("ask a person")]);
    let notice = "strategy: x\nfences:\n  - { when: 'score.total > 5', then: notice }\n";
    tells(folder().with("strategy.yaml", notice), &[]);
}

/// What is drawn of a folder with one thing wrong.
#[track_caller]
fn draws(folder: Folder, parts: &[&str]) {
    let drawn = folder.drawn();
    assert_eq!(drawn.matches("error[").count(), 1, "{drawn}");
    for part in parts {
        assert!(drawn.contains(part), "{part}\n{drawn}");
    }
}

#[test]
fn found_b3_hours_and_zones_say_what_to_write() {
    let week = |hours: &str| {
        let text = format!("zone: Europe/Berlin\nweek: {{ mon-fri: [\"{hours}\"] }}\n");
        folder().with("calendars/berlin.yaml", text)
    };
    let night = "write a night as two blocks";
    draws(week("18:00-14:00"), &["the block `18:00-14:00` ends before it begins", night]);
    draws(week("22:00-06:00"), &["ends before it begins", night]);
    draws(week("09:00-09:00"), &["the block `09:00-09:00` ends when it begins"]);
    draws(week("18:00-00:00"), &["ends before it begins", "write midnight at the end as 24:00"]);
    draws(week("nine to five"), &["these are no hours"]);
    for (zone, place) in [
        ("GMT+2", "Europe/Helsinki"),
        ("UTC+1", "Europe/Berlin"),
        ("UTC +01:00", "Europe/Berlin"),
        ("+02:00", "Europe/Helsinki"),
        ("GMT-5", "America/New_York"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("CEST", "Europe/Berlin"),
        ("PST", "America/Los_Angeles"),
    ] {
        let text = format!("zone: \"{zone}\"\nweek: {{ mon-fri: [\"09:00-17:00\"] }}\n");
        let help =
            format!("write the name of a place, which knows its summer time, as in `{place}`");
        draws(folder().with("calendars/berlin.yaml", text), &["zone-unknown", &help]);
    }
    let near = "zone: Europe/Berln\nweek: { mon-fri: [\"09:00-17:00\"] }\n";
    draws(folder().with("calendars/berlin.yaml", near), &["did you mean `Europe/Berlin`?"]);
}

#[test]
fn found_b3_a_target_that_cannot_be_read_is_told_once() {
    for (within, says) in [
        ("1 hour", "duration-unreadable"),
        ("90", "duration-unreadable"),
        ("0h", "duration-range"),
        ("soon", "duration-unreadable"),
    ] {
        for chain in ["", ", on silence: [{ at: breach, do: remind }, { after: 1h, do: reassign }]"]
        {
            let sla = format!("hot: {{ accept: {{ within: {within} }}{chain} }}\n");
            draws(folder().with("sla.yaml", sla), &[says, "sla.yaml:1"]);
            let both = format!(
                "hot: {{ accept: {{ within: {within}, warn: 5m }}, first touch: {{ within: 1d }}{chain} }}\n"
            );
            draws(folder().with("sla.yaml", both), &[says]);
        }
    }
    draws(folder().with("sla.yaml", "hot: { priority: 1 }\n"), &["the class has no target"]);
    draws(folder().with("sla.yaml", "hot: { accept: }\n"), &["the class has no target"]);
}

#[test]
fn found_b3_what_stands_twice_shows_where_it_stands_first() {
    let queue = "queues:\n  unassigned: { owner: a.keller, within: 2h }\n";
    let routes = format!(
        "routes:\n  - {{ route: same, when: person.p, to: {{ queue: unassigned }} }}\n  \
         - {{ route: same, to: {{ queue: unassigned }} }}\n{queue}"
    );
    let says = [
        "two routes are called `same`",
        "routing.yaml:3",
        " at routing.yaml:2:",
        "the first of this name",
    ];
    draws(folder().with("routing.yaml", routes), &says);
    let team =
        "id,name,calendar\na.keller,Anna Keller,berlin\nb.b,Bo,berlin\na.keller,Another,berlin\n";
    let says = [
        "the id `a.keller` is there already",
        "team.csv:4",
        " at team.csv:2:",
        "the first of this id",
    ];
    draws(folder().with("team.csv", team), &says);
    let named =
        "domain,owner\nacme.example,a.keller\nother.example,h.martin\nacme.example,j.brandt\n";
    let says = [
        "has an owner for these days already",
        "named_accounts.csv:4",
        " at named_accounts.csv:2:",
        "its owner",
    ];
    draws(folder().with("named_accounts.csv", named), &says);
    let steps = "steps:\n  - { step: a, to: mail, when: offered, tell: owner }\n  \
                 - { step: a, to: mail, when: accepted, tell: owner }\n";
    let says = [
        "there is a step `a` already",
        " at destinations.yaml:2:",
        "give each step a name of its own",
    ];
    draws(folder().with("destinations.yaml", steps), &says);
    let week =
        "zone: Europe/Berlin\nweek:\n  mon-fri: [\"09:00-12:00\"]\n  fri: [\"09:00-11:00\"]\n";
    let says =
        ["`fri` has its hours already", " at calendars/berlin.yaml:3:", "name each day once"];
    draws(folder().with("calendars/berlin.yaml", week), &says);
    let places = "territory,country,owner_or_pool\ndach,DE,a.keller\ndach,AT,a.keller\n";
    let says = ["`dach` is there already", " at territories.csv:2:", "the one that holds then"];
    draws(folder().with("territories.csv", places), &says);
}

#[test]
fn found_b3_every_refusal_says_what_to_write() {
    let routing = "routes:\n  - { route: all, to: { queue: unassigned } }\nqueues:\n  \
                   unassigned: { owner: zz.top, within: 2h }\n";
    let says = ["`zz.top` is not in team.csv", "write the id of somebody in team.csv"];
    draws(folder().with("routing.yaml", routing), &says);
    let leave = "id,from,until\na.keller,2026-12-24,2026-12-20\n";
    let says = ["does not come after `from`", "write a day after 2026-12-24, or leave it empty"];
    draws(folder().with("leave.csv", leave), &says);
    let routing = "routes:\n  - { route: a, when: 'account.country == \"DE\"', to: { queue: q } }\n\
                   queues:\n  q: { owner: a.keller, within: 2h }\n";
    let says = ["some leads reach no owner, for example a lead from Iceland (IS)"];
    draws(folder().with("routing.yaml", routing), &says);
}

#[test]
fn found_b3_a_broken_file_does_not_say_that_a_column_is_read_by_nothing() {
    let team = "id,name,calendar,segment\na.keller,Anna Keller,berlin,rep\n";
    let pool = |members: &str, queue: &str| {
        format!(
            "routes:\n  - {{ route: all, to: {{ pool: reps }} }}\n  - {{ route: end, to: {{ queue: {queue} }} }}\n\
             pools:\n  reps: {{ members: '{members}' }}\nqueues:\n  q: {{ owner: a.keller, within: 2h }}\n"
        )
    };
    for routing in [
        pool("member.segment == \"rep\"", "qq"),
        pool("member.segment == ", "q"),
        "routes: [\n".to_owned(),
    ] {
        let told = told(folder().with("team.csv", team).with("routing.yaml", routing));
        assert!(!told.iter().any(|told| told.starts_with("column-unread")), "{told:#?}");
    }
    let unread = told(folder().with("team.csv", team));
    assert!(unread[0].starts_with("column-unread"), "{unread:#?}");
}
