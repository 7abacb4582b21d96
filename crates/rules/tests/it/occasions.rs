//! Occasions, whom they tell, chains of targets, and deadlines that nothing can do without.

use domain::handoff::{Occasion, Target};
use rules::destinations::{Tell, Trigger};

use crate::folder::{Folder, folder};

/// The codes of what is told of a folder.
fn codes(folder: Folder) -> Vec<String> {
    let told = folder.told();
    told.iter().map(|told| told.split(' ').next().unwrap_or_default().to_owned()).collect()
}

fn steps(lines: &str) -> Folder {
    let lines: Vec<String> = lines.lines().map(|line| format!("  - {{ {line} }}\n")).collect();
    folder().with("destinations.yaml", format!("steps:\n{}", lines.concat()))
}

fn sla(text: &str) -> Folder {
    folder().with("sla.yaml", text)
}

#[test]
fn found_e1_a_step_waits_for_an_occasion_and_tells_somebody() {
    let strategy = steps(
        "step: a, to: mail, when: escalated, tell: manager, must: true\n\
         step: b, to: mail, when: breached, tell: previous owner\n\
         step: c, to: mail, when: unrouted, tell: queue owner, send: [handoff]\n\
         step: d, to: chat, when: waiting, tell: '#sales'\n\
         step: e, to: mail, when: reviewed, tell: desk@acme.example\n\
         step: f, to: mail, when: reminded, tell: a.keller\n\
         step: g, to: hook, when: in review, send: [handoff]\n\
         step: h, to: hook, when: reassigned, send: [brief]",
    )
    .strategy();
    let steps = &strategy.destinations.steps;
    let tells: Vec<Option<&Tell>> =
        steps.iter().map(|step| step.tell.as_ref().map(|tell| &tell.value)).collect();
    assert_eq!(tells[0], Some(&Tell::Manager));
    assert_eq!(tells[1], Some(&Tell::PreviousOwner));
    assert_eq!(tells[2], Some(&Tell::QueueOwner));
    assert_eq!(tells[3], Some(&Tell::Channel("#sales".to_owned())));
    assert_eq!(tells[4], Some(&Tell::Channel("desk@acme.example".to_owned())));
    assert!(matches!(tells[5], Some(Tell::Member(member)) if &*member.0 == "a.keller"));
    assert_eq!(tells[6], None);
    assert_eq!(steps[0].when.value, Trigger::Occasion(Occasion::Escalated));
    assert!(steps[0].must && !steps[1].must && steps[0].send.is_empty());
    assert!(strategy.destinations.hears(Occasion::Waiting));
    assert!(!strategy.destinations.hears(Occasion::Warned));
}

#[test]
fn found_e1_what_no_step_can_say_is_refused() {
    for (line, code) in [
        ("step: a, to: m, when: escaladed, tell: manager", "unknown-word"),
        ("step: a, to: m, when: escalated, tell: nobody.here", "member-unknown"),
        ("step: a, to: m, when: escalated", "missing-key"),
        ("step: a, to: m, when: escalated, tell: manager, undo: withdrawn", "undo-of-occasion"),
        ("step: a, to: m, when: offered, send: [handoff], must: true", "must-without-tell"),
        ("step: a, to: m, when: quarantined, tell: owner", "not-yet"),
    ] {
        assert_eq!(codes(steps(line)), [code], "{line}");
    }
    let told = codes(steps("step: a, to: m, when: escalated, tell: manager"));
    assert_eq!(told, ["nobody-told"], "nobody has a manager");
}

#[test]
fn found_e1_a_member_of_a_pool_without_a_manager_is_told_by_name() {
    let tells = "step: a, to: m, when: escalated, tell: manager";
    let team = |managers: [&str; 2]| {
        let [keller, brandt] = managers;
        format!("id,manager,region\na.keller,{keller},dach\nm.brandt,{brandt},dach\nb.lead,,uk\n")
    };
    let said = |managers| {
        let routing = "pools:\n  dach: { members: 'member.region == \"dach\"', method: in turn, \
                       all_away: next route, all_capped: next route }\nroutes:\n  \
                       - { route: dach, to: { pool: dach } }\n  \
                       - { route: rest, to: { queue: unassigned } }\nqueues:\n  \
                       unassigned: { owner: b.lead, within: 2h }\n";
        let folder = steps(tells).with("team.csv", team(managers)).with("routing.yaml", routing);
        let told = folder.told();
        told.into_iter().filter(|told| !told.starts_with("unheard")).collect::<Vec<_>>()
    };
    for managers in [["b.lead", ""], ["", "b.lead"]] {
        let told = said(managers);
        assert!(told.len() == 1 && told[0].starts_with("nobody-told"), "{managers:?}: {told:?}");
    }
    assert!(said(["b.lead", "b.lead"]).is_empty(), "the lead is in no pool and needs no manager");
}

#[test]
fn found_e1_what_nobody_hears_is_told_and_what_a_step_hears_is_not() {
    let chain = "hot:\n  accept: { within: 1h, warn: 30m }\n  first touch:\n    within: 2h\n    \
                 on silence: [{ at: breach, do: tell manager }]\n  \
                 on silence: [{ at: warn, do: remind }]\n";
    assert_eq!(codes(sla(chain)), ["unheard", "unheard"]);
    let hears = steps(
        "step: a, to: m, when: reminded, tell: owner\nstep: b, to: m, when: escalated, tell: a.keller",
    );
    assert_eq!(codes(hears.with("sla.yaml", chain)), Vec::<String>::new());
}

#[test]
fn found_e2_each_target_has_a_chain_of_its_own() {
    let strategy = sla(
        "hot:\n  accept: { within: 1h, on silence: [{ at: breach, do: reassign }] }\n  \
         first touch: { within: 4h, warn: 3h, on silence: [{ at: warn, do: queue unassigned }] }\n  \
         qualify: { within: 3 working days, on silence: [{ at: breach, do: reassign }, { after: 1h, do: reassign }] }\n",
    )
    .strategy();
    let hot = strategy.slas.class("hot").expect("it is there");
    let lengths =
        [Target::Accept, Target::FirstTouch, Target::Qualify].map(|of| hot.chain(of).len());
    assert_eq!(lengths, [1, 1, 2]);
    assert_eq!(hot.lines().count(), 4);
}

#[test]
fn found_e2_a_chain_that_is_never_reached_is_refused() {
    for (text, code) in [
        (
            "hot:\n  accept: { within: 1h, on silence: [{ at: breach, do: reassign }] }\n  \
             on silence: [{ at: breach, do: reassign }]\n",
            "chain-twice",
        ),
        (
            "hot:\n  first touch: { within: 1h }\n  on silence: [{ at: breach, do: reassign }]\n",
            "chain-unreached",
        ),
        (
            "hot:\n  accept: { within: 1h }\n  first touch: { within: 2h, on silence: [{ at: warn, do: reassign }] }\n",
            "chain-unreachable",
        ),
    ] {
        assert_eq!(codes(sla(text)), [code], "{text}");
    }
}

#[test]
fn found_b5_what_is_handed_off_has_a_deadline() {
    let table = |row: &str| {
        let text = format!(
            "columns: {{ total: score.total }}\noutputs: [decision, kind, sla]\nrows:\n  - [ '>= 60', {row} ]\n  - [ '-', nurture, '-', '-' ]\n"
        );
        folder().with("readiness.yaml", text)
    };
    assert_eq!(codes(table("hand off, renewal, '-'")), ["deadline-missing"]);
    assert_eq!(codes(table("hand off, renewal, hot")), Vec::<String>::new());
    assert_eq!(codes(table("suppress, '-', '-'")), Vec::<String>::new());
    let without = "columns: { total: score.total }\noutputs: [decision, kind]\nrows:\n  - [ '-', hand off, renewal ]\n";
    assert_eq!(
        codes(folder().with("readiness.yaml", without)),
        ["deadline-missing", "starts-missing"]
    );
    let with = |class: &str| format!("strategy: small\nseed: 7\ndefault_sla: {class}\n");
    let stated = table("hand off, renewal, '-'").with("strategy.yaml", with("hot"));
    let default = stated.strategy().default_sla.map(|sla| sla.value);
    assert_eq!(default.as_deref(), Some("hot"));
    assert_eq!(codes(folder().with("strategy.yaml", with("hod"))), ["sla-unknown"]);
}

#[test]
fn found_b5_targets_come_in_their_order_and_nothing_comes_after_a_queue() {
    for (text, code) in [
        ("hot: { accept: { within: 2h }, first touch: { within: 1h } }\n", Some("targets-order")),
        (
            "hot: { first touch: { within: 2 working days }, qualify: { within: 1 working day } }\n",
            Some("targets-order"),
        ),
        ("hot: { accept: { within: 2h }, first touch: { within: 2h } }\n", None),
        // How long a working day is says the calendar.
        ("hot: { accept: { within: 4h }, first touch: { within: 1 working day } }\n", None),
        (
            "hot:\n  accept: { within: 1h }\n  on silence: [{ at: breach, do: queue unassigned }, { after: 1h, do: remind }]\n",
            Some("chain-unreached"),
        ),
        (
            "hot:\n  accept: { within: 1h }\n  first touch: { within: 1h, on silence: [{ at: breach, do: queue unassigned }, { after: 1h, do: reassign }] }\n",
            Some("chain-unreached"),
        ),
    ] {
        let told: Vec<String> =
            codes(sla(text)).into_iter().filter(|code| code != "unheard").collect();
        assert_eq!(told, Vec::from_iter(code), "{text}");
    }
}

#[test]
fn found_b5_what_an_earlier_program_took_is_still_read() {
    let early = "hot: { accept: { within: 2h }, first touch: { within: 1h } }\n";
    assert!(sla(early).kept().is_some());
    let none = "columns: { total: score.total }\noutputs: [decision, kind]\nrows:\n  - [ '-', hand off, a ]\n";
    assert!(folder().with("readiness.yaml", none).kept().is_some());
}

#[test]
fn found_e1_the_examples_of_the_page_are_a_strategy() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/how-to/follow-up.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let mut changed = folder();
    let mut files = 0;
    for block in page.split("```yaml\n").skip(1) {
        let text = block.split("```").next().unwrap_or_default();
        let name = text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a name");
        changed = changed.with(name, text);
        files += 1;
    }
    let team = "id,name,region,skill.energy,calendar,manager\na.keller,Anna Keller,dach,3,berlin,\n\
                j.brandt,Jonas Brandt,dach,,berlin,a.keller\nh.martin,Hugo Martin,emea,1,berlin,a.keller\n";
    let told = changed.with("team.csv", team).told();
    assert_eq!((told, files), (Vec::<String>::new(), 6));
}

#[test]
fn found_e1_quiet_hours_are_read_and_what_nothing_follows_is_refused() {
    let with = |manner: &str| {
        let text = format!(
            "destinations: {{ mail: {manner} }}\nsteps:\n  \
             - {{ step: a, to: mail, when: reminded, tell: a.keller }}\n"
        );
        folder().with("destinations.yaml", text)
    };
    let at = |hour, minute| jiff::civil::date(2026, 11, 30).at(hour, minute, 0, 0);
    let strategy = with("{ quiet: \"20:00-07:00\" }").strategy();
    let night = strategy
        .destinations
        .manner_at("mail")
        .and_then(|manner| manner.quiet)
        .expect("they are read");
    assert_eq!(night.end(at(6, 59)), Some(at(7, 0)));
    assert_eq!(
        night.end(at(20, 0)),
        Some(at(7, 0).checked_add(jiff::Span::new().days(1)).unwrap())
    );
    assert_eq!((night.end(at(7, 0)), night.end(at(19, 59))), (None, None));
    assert_eq!(strategy.destinations.manner_at("chat").and_then(|manner| manner.quiet), None);
    let noon = with("{ quiet: \"12:00 - 13:30\" }").strategy();
    let noon =
        noon.destinations.manner_at("mail").and_then(|manner| manner.quiet).expect("they are read");
    assert_eq!((noon.end(at(13, 29)), noon.end(at(13, 30))), (Some(at(13, 30)), None));
    for (wrong, code) in [
        ("{ quiet: \"20:00\" }", "hours-unreadable"),
        ("{ quiet: \"25:00-07:00\" }", "hours-unreadable"),
        ("{ quiet: \"7-9\" }", "hours-unreadable"),
        ("{ quiet: \"07:00-07:00\" }", "hours-unreadable"),
        ("{ digest: 2d }", "duration-range"),
        ("{ digest: 2 working days }", "duration-range"),
        ("{ digest: often }", "duration-unreadable"),
        ("{ rate: 6 }", "rate-unreadable"),
        ("{ rate: 0/h }", "rate-unreadable"),
        ("{ rate: 6/week }", "rate-unreadable"),
        ("{ purpose: salse }", "unknown-word"),
        ("{ calm: 1h }", "unknown-key"),
    ] {
        assert_eq!(codes(with(wrong)), [code], "{wrong}");
    }
    let nobody = "destinations: { crm: { quiet: \"20:00-07:00\" } }\nsteps:\n  \
                  - { step: a, to: crm, when: offered, send: [handoff] }\n";
    assert_eq!(codes(folder().with("destinations.yaml", nobody)), ["unheard"]);
    // A strategy without quiet hours is the version that it was.
    assert_eq!(
        with("{}").strategy().destinations.manner_at("mail").and_then(|manner| manner.quiet),
        None
    );
}

#[test]
fn found_e1_digests_and_rates_are_read_as_they_are_written() {
    let read = |manner: &str| {
        let text = format!(
            "destinations: {{ mail: {manner} }}\nsteps:\n  \
             - {{ step: a, to: mail, when: reminded, tell: a.keller }}\n"
        );
        let strategy = folder().with("destinations.yaml", text).strategy();
        strategy.destinations.manner_at("mail").expect("it is there").clone()
    };
    for (word, minutes) in [("30m", 30), ("1h", 60), ("1h 30m", 90), ("1d", 24 * 60)] {
        let digest = read(&format!("{{ digest: {word} }}")).digest.expect("one").value;
        assert_eq!(digest.every, domain::Span::minutes(minutes), "{word}");
    }
    for (word, most, minutes) in
        [("6/h", 6, 60), ("10/30m", 10, 30), ("1 / 2h", 1, 120), ("40/d", 40, 24 * 60)]
    {
        let rate = read(&format!("{{ rate: {word} }}")).rate.expect("one").value;
        let expected = (most, domain::Span::minutes(minutes));
        assert_eq!((rate.messages_max, rate.within), expected, "{word}");
    }
    assert_eq!(read("{ purpose: sales }").purpose.expect("one").value, "sales");
}

#[test]
fn found_e3_a_class_has_a_priority_from_one_to_nine() {
    let with = |priority: &str| {
        sla(&format!("hot: {{ priority: {priority}, accept: {{ within: 1h }} }}\n"))
    };
    let known = |text: &str| with(text).strategy().slas.class("hot").and_then(|hot| hot.priority);
    assert_eq!((known("1"), known("9")), (Some(1), Some(9)));
    for wrong in ["0", "10", "-1"] {
        assert_eq!(codes(with(wrong)), ["priority-range"], "{wrong}");
    }
}

#[test]
fn found_e7_kinds_that_start_a_handoff_are_read_or_refused() {
    let with = |starts: &str| {
        let text = format!(
            "starts: {starts}\ncolumns: {{ total: score.total }}\noutputs: [decision, kind, sla]\n\
             rows:\n  - [ '-', hand off, a, hot ]\n"
        );
        folder().with("readiness.yaml", text)
    };
    let starts =
        with("[form.*, lead.created]").strategy().readiness.starts.expect("they are there");
    let known = ["form.quote", "lead.created"].map(|kind| starts.has(kind));
    let others = ["forms.x", "lead.created2", "page.viewed"].map(|kind| starts.has(kind));
    assert_eq!((known, others), ([true; 2], [false; 3]));
    assert!(!starts.has_of_company("form.quote"), "of people alone");
    for (wrong, code) in [
        ("[]", "list-empty"),
        ("[\"*\"]", "kind-unreadable"),
        ("[form*]", "kind-unreadable"),
        ("[{ intent.surge: { for: most engagd } }]", "unknown-word"),
        ("[{ intent.surge: { for: everybody } }]", "unknown-word"),
        ("[{ intent.surge: {} }]", "missing-key"),
        ("[{ intent.surge: { for: most engaged, within: 3d } }]", "unknown-key"),
        ("[{ intent*: { for: most engaged } }]", "kind-unreadable"),
        ("[{ a.b: { for: most engaged }, c.d: { for: most engaged } }]", "kind-unreadable"),
    ] {
        assert_eq!(codes(with(wrong)), [code], "{wrong}");
    }
    let starts = with("[lead.created, { intent.*: { for: most engaged } }]").strategy();
    let starts = starts.readiness.starts.expect("they are there");
    assert!(starts.has("intent.surge") && starts.has_of_company("intent.surge"));
    assert!(starts.has("lead.created") && !starts.has_of_company("lead.created"));
}
