//! The maps that are built in, on files that a generator writes in each vendor's shape, with its dirt.

use std::collections::BTreeMap;

use connectors::import::{ImportMap, RowRead, SHIPPED, ShippedMap};
use domain::Value;
use domain::signal::IdentifierKind;

use super::draws::Draws;
use super::{map, rows, signals};

const SEED: u64 = 12;

/// Somebody as they are, whatever the export makes of them.
struct Truth {
    id: String,
    first: String,
    last: String,
    email: String,
    /// In E.164.
    phone: String,
    national: String,
    country: &'static str,
    company: String,
    /// Year, month, day, hour, minute.
    created: (u16, usize, usize, usize, usize),
}

const FIRST: [&str; 8] = ["Ada", "José", "Zoë", "Łukasz", "Mei", "O'Neil", "Anne Marie", "Jürgen"];
const LAST: [&str; 6] = ["Lovelace", "Müller", "Núñez", "van den Berg", "Smith-Jones", "Ōe"];
const PLACES: [(&str, &str, &str); 4] = [
    ("Germany", "+4930901820", "030 901820"),
    ("United States", "+12125552368", "(212) 555-2368"),
    ("United Kingdom", "+442079460018", "020 7946 0018"),
    ("France", "+33142685300", "01 42 68 53 00"),
];

fn truths(count: usize, draws: &mut Draws) -> Vec<Truth> {
    let one = |at: usize, draws: &mut Draws| {
        let (country, phone, national) = PLACES[draws.below(PLACES.len())];
        // The last two digits differ, so that no two people have one number.
        let tail = format!("{:02}", at % 100);
        let cut = |text: &str| format!("{}{tail}", &text[..text.len() - 2]);
        let spaced = match country {
            "France" => format!("01 42 68 53 {tail}"),
            _ => cut(national),
        };
        Truth {
            id: (51_000 + at).to_string(),
            first: draws.one(&FIRST).to_owned(),
            last: format!("{} {at}", draws.one(&LAST)),
            email: format!("lead{at}@firm{}.example", at % 40),
            phone: cut(phone),
            national: spaced,
            country,
            company: format!("Firm {}, Inc.", at % 40),
            created: (2_024, 1 + at % 12, 1 + at % 28, at % 24, at % 60),
        }
    };
    (0..count).map(|at| one(at, draws)).collect()
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

#[track_caller]
fn shipped(name: &str) -> ImportMap {
    map(ShippedMap::named(name).expect("it ships").text)
}

fn field<'r>(row: &'r RowRead, name: &str) -> &'r str {
    row.incoming.content.fields.get(name).and_then(Value::text).unwrap_or_default()
}

fn identifier(row: &RowRead, kind: IdentifierKind) -> &str {
    let mut all = row.incoming.content.subject.iter();
    all.find(|one| one.kind == kind).map_or("", |one| one.value.as_str())
}

/// The digits of an international number; `00` is the sign in front of it.
fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches("00").to_owned()
}

/// Whether a row says what is true: name, address, phone, company and date.
fn is_true(row: &RowRead, truth: &Truth) -> bool {
    let (year, month, day, hour, minute) = truth.created;
    let created = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00.000000Z");
    let occurred = row.incoming.content.occurred.map(|moment| moment.to_string());
    let name = match field(row, "person.name") {
        "" => format!("{} {}", field(row, "person.first_name"), field(row, "person.last_name")),
        whole => whole.to_owned(),
    };
    name == format!("{} {}", truth.first, truth.last)
        && identifier(row, IdentifierKind::Email) == truth.email
        && digits(identifier(row, IdentifierKind::Phone)) == digits(&truth.phone)
        && field(row, "account.name") == truth.company
        && occurred.as_deref() == Some(created.as_str())
}

/// How many rows of a file are read, and how many of them say what is true.
#[track_caller]
fn truthful(name: &str, file: &[u8], truths: &[Truth]) -> usize {
    let (all, counts) = rows(&shipped(name), "an export of theirs.csv", file);
    let by_id: BTreeMap<&str, &Truth> =
        truths.iter().map(|one| (one.email.as_str(), one)).collect();
    let read = all.iter().filter_map(|row| match row {
        connectors::import::RowResult::Signal(read) => Some(read),
        connectors::import::RowResult::Quarantine(_) => None,
    });
    let told = read.filter(|row| {
        let mail = identifier(row, IdentifierKind::Email);
        by_id.get(mail).is_some_and(|truth| is_true(row, truth))
    });
    let told = told.count();
    assert_eq!(counts.read, counts.signals + counts.quarantined);
    println_seed(name, told);
    told
}

#[expect(clippy::print_stdout, reason = "a test of random files says its seed")]
fn println_seed(name: &str, told: usize) {
    println!("{name}: {told} true rows, seed {SEED}");
}

/// What hands and spreadsheets make of an address.
fn dirty_email(truth: &Truth, draws: &mut Draws) -> String {
    match draws.below(8) {
        0 => format!(" {} ", truth.email),
        1 => truth.email.to_uppercase(),
        2 => format!("mailto:{}", truth.email),
        3 => format!("{} <{}>", truth.first, truth.email),
        4 => format!("{}; office@elsewhere.example", truth.email),
        5 => format!("{}\u{a0}", truth.email),
        _ => truth.email.clone(),
    }
}

fn dirty_phone(truth: &Truth, draws: &mut Draws) -> String {
    match draws.below(6) {
        0 => truth.national.clone(),
        1 => format!("'{}", truth.phone),
        2 => format!(" {}", truth.national),
        3 => truth.phone.replace('+', "00"),
        4 => format!("tel:{}", truth.phone),
        _ => truth.phone.clone(),
    }
}

fn dirty_date(truth: &Truth, draws: &mut Draws) -> String {
    let (year, month, day, hour, minute) = truth.created;
    match draws.below(6) {
        0 => format!("{day:02}.{month:02}.{year} {hour:02}:{minute:02}"),
        1 => format!("{month}/{day}/{} {hour}:{minute:02}", year % 100),
        2 => format!("{month}/{day}/{year} {hour:02}:{minute:02}"),
        3 => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:00"),
        _ => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}"),
    }
}

const HUBSPOT: &str = "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Last Activity Date (GMT+1),Lead Status,Create Date,Company Name,Country/Region,Number of Employees,Unsubscribed from all email,Lifecycle Stage";

fn hubspot(truths: &[Truth], header: &str, draws: &mut Draws) -> String {
    let mut text = format!("{header}\r\n");
    for truth in truths {
        let employees = draws.one(&["1,200", "50", "", "51-200", "many"]);
        let cells = [
            truth.id.clone(),
            format!("{} ", truth.first),
            truth.last.clone(),
            dirty_email(truth, draws),
            dirty_phone(truth, draws),
            "Sam Field".to_owned(),
            draws.one(&["", "2024-05-01 10:00", "(No value)"]).to_owned(),
            draws.one(&["New", "Open\nDeal", "In \"Progress\""]).to_owned(),
            dirty_date(truth, draws),
            truth.company.clone(),
            truth.country.to_owned(),
            employees.to_owned(),
            draws.one(&["true", "false", ""]).to_owned(),
            draws.one(&["Lead", "Marketing Qualified Lead", "Subscriber"]).to_owned(),
        ];
        text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
        text.push_str("\r\n");
    }
    text
}

#[test]
fn a_hundred_messy_rows_of_hubspot_are_in_with_what_is_true() {
    let mut draws = Draws(SEED);
    let truths = truths(100, &mut draws);
    let text = hubspot(&truths, HUBSPOT, &mut draws);
    assert!(truthful("hubspot-contacts", text.as_bytes(), &truths) >= 95);
    // With other labels, saved by a spreadsheet with semicolons and a byte order mark.
    let other = HUBSPOT
        .replace("Record ID", "Contact ID")
        .replace("Phone Number", "Phone")
        .replace("Country/Region", "Country")
        .replace("Company Name", "Associated Company")
        .replace("Contact owner", "HubSpot Owner");
    let text = format!("\u{feff}{}", hubspot(&truths, &other, &mut draws));
    assert!(truthful("hubspot-contacts", text.as_bytes(), &truths) >= 95);
    let semicolons = text.replace("\",\"", "\";\"").replacen(&other, &other.replace(',', ";"), 1);
    assert!(truthful("hubspot-contacts", semicolons.as_bytes(), &truths) >= 95);
}

#[test]
fn an_unsubscribed_contact_of_hubspot_is_no_consent() {
    let map = shipped("hubspot-contacts");
    let text =
        "Record ID,Email,Unsubscribed from all email\n1,a@b.example,true\n2,c@d.example,false\n";
    let read = signals_of(&map, text);
    let consent = |row: &RowRead| row.incoming.content.fields.get("consent.email").cloned();
    assert_eq!(consent(&read[0]), Some(Value::Boolean(false)));
    assert_eq!(consent(&read[1]), None);
    assert_eq!(identifier(&read[0], IdentifierKind::ExternalId), "1");
}

#[track_caller]
fn signals_of(map: &ImportMap, text: &str) -> Vec<RowRead> {
    signals(map, text)
}

#[test]
fn salesforce_reports_and_data_exports_are_in_with_what_is_true() {
    let mut draws = Draws(SEED);
    let truths = truths(100, &mut draws);
    let date = |truth: &Truth, iso: bool| {
        let (year, month, day, hour, minute) = truth.created;
        if iso {
            format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00.000Z")
        } else {
            format!("{month}/{day}/{year} {hour:02}:{minute:02}")
        }
    };
    let mut report = "\"Lead ID\",\"First Name\",\"Last Name\",\"Title\",\"Company / Account\",\"Email\",\"Phone\",\"Country\",\"Lead Source\",\"Create Date\",\"Lead Owner\"\n".to_owned();
    let mut export = "\"Id\",\"LastName\",\"FirstName\",\"Company\",\"Phone\",\"Email\",\"Country\",\"CreatedDate\",\"HasOptedOutOfEmail\",\"IsConverted\"\n".to_owned();
    for truth in &truths {
        let email = draws.one(&["", " "]).to_owned() + &truth.email;
        let cells = [
            &format!("00Q{}AAA", truth.id),
            &truth.first,
            &truth.last,
            "VP, Sales",
            &truth.company,
            &email,
            &truth.national,
            truth.country,
            "Web",
            &date(truth, false),
            "Sam Field",
        ];
        report.push_str(&(cells.map(quoted).join(",") + "\n"));
        let cells = [
            &format!("00Q{}AAA", truth.id),
            &truth.last,
            &truth.first,
            &truth.company,
            &truth.phone,
            &email,
            truth.country,
            &date(truth, true),
            "1",
            "0",
        ];
        export.push_str(&(cells.map(quoted).join(",") + "\n"));
    }
    report.push_str("\n\"Leads of May\"\n\"Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved.\"\n\"Confidential Information - Do Not Distribute\"\n");
    assert!(truthful("salesforce-leads", report.as_bytes(), &truths) >= 95);
    assert!(truthful("salesforce-leads", export.as_bytes(), &truths) >= 95);
    // The lines below a report are no leads.
    let (_, counts) = rows(&shipped("salesforce-leads"), "report.csv", &report);
    assert_eq!((counts.signals, counts.quarantined), (100, 3));
    // A lead's record names nobody.
    let read = signals(&shipped("salesforce-leads"), &export);
    assert_eq!(identifier(&read[0], IdentifierKind::ExternalId), "");
    assert!(field(&read[0], "record").starts_with("00Q"));
}

#[test]
fn pipedrive_leads_and_people_are_in_with_what_is_true() {
    let mut draws = Draws(SEED);
    let truths = truths(100, &mut draws);
    let mut leads = "Lead - ID,Lead - Title,Lead - Value,Lead - Owner,Lead - Lead created,Lead - Contact person,Person - Email - Work,Person - Phone - Work,Lead - Organization,Organization - Country\n".to_owned();
    let mut people = "Person - Name,Person - Organization,Person - Email,Person - Phone,Person - Person created,Person - ID,Person - Country\n".to_owned();
    for truth in &truths {
        let (year, month, day, hour, minute) = truth.created;
        let created = format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:00");
        let name = format!("{} {}", truth.first, truth.last);
        let emails = format!("{}, other@elsewhere.example", truth.email);
        let cells = [
            &truth.id,
            "A deal",
            "1,200.00",
            "Sam",
            &created,
            &name,
            &emails,
            &truth.national,
            &truth.company,
            truth.country,
        ];
        leads.push_str(&(cells.map(quoted).join(",") + "\n"));
        let cells =
            [&name, &truth.company, &truth.email, &truth.phone, &created, &truth.id, truth.country];
        people.push_str(&(cells.map(quoted).join(",") + "\n"));
    }
    assert!(truthful("pipedrive", leads.as_bytes(), &truths) >= 95);
    assert!(truthful("pipedrive", people.as_bytes(), &truths) >= 95);
    let read = signals(&shipped("pipedrive"), &people);
    assert_eq!(identifier(&read[0], IdentifierKind::ExternalId), truths[0].id);
}

#[test]
fn zoho_leads_are_in_with_what_is_true() {
    let mut draws = Draws(SEED);
    let truths = truths(100, &mut draws);
    let mut text = "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Designation,Email,Phone,Lead Source,No. of Employees,Country,Created Time,Email Opt Out\n".to_owned();
    for truth in &truths {
        let (year, month, day, hour, minute) = truth.created;
        let created = match draws.below(2) {
            0 => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:00"),
            _ => format!("{day:02}/{month:02}/{year} {hour:02}:{minute:02}"),
        };
        let cells = [
            &format!("zcrm_{}", truth.id),
            "zcrm_1",
            "Sam",
            &truth.company,
            &truth.first,
            &truth.last,
            "-None-",
            &truth.email,
            &truth.national,
            "-None-",
            "120",
            truth.country,
            &created,
            "false",
        ];
        text.push_str(&(cells.map(quoted).join(",") + "\n"));
    }
    assert!(truthful("zoho", text.as_bytes(), &truths) >= 95);
    let read = signals(&shipped("zoho"), &text);
    assert_eq!(field(&read[0], "record"), format!("zcrm_{}", truths[0].id));
    assert!(field(&read[0], "lead_source").is_empty(), "an untouched list says nothing");
}

#[test]
fn linkedin_leads_are_in_with_what_is_true() {
    let mut draws = Draws(SEED);
    let truths = truths(100, &mut draws);
    let mut text = "Lead ID,Created At,Campaign Name,Form Name,First name,Last name,Email address,Phone number,Company name,Job title,Country/Region,What is your budget?\n".to_owned();
    for truth in &truths {
        let (year, month, day, hour, minute) = truth.created;
        let created = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z");
        let email = dirty_email(truth, &mut draws);
        let cells = [
            &truth.id,
            &created,
            "Spring",
            "Demo",
            &truth.first,
            &truth.last,
            &email,
            &truth.national,
            &truth.company,
            "CTO",
            truth.country,
            "a lot",
        ];
        text.push_str(&(cells.map(quoted).join(",") + "\n"));
    }
    assert!(truthful("linkedin-lead-gen", text.as_bytes(), &truths) >= 95);
    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain(text.replace("\",\"", "\"\t\"").replacen(',', "\t", 11).encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(truthful("linkedin-lead-gen", &wide, &truths) >= 95);
}

#[test]
fn facebook_leads_in_utf_16_with_prefixes_are_in_with_what_is_true() {
    let mut draws = Draws(SEED);
    let truths = truths(100, &mut draws);
    let mut text = "id\tcreated_time\tad_id\tad_name\tcampaign_id\tcampaign_name\tform_id\tis_organic\tplatform\twhat_is_your_budget?\tfull_name\temail\tphone_number\tcompany_name\tcountry\tlead_status\n".to_owned();
    for truth in &truths {
        let (year, month, day, hour, minute) = truth.created;
        let zone = draws.one(&["+0000", "+00:00", "Z"]);
        let row = format!(
            "l:{}\t{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00{zone}\tag:1\tAd\tc:1\tSpring\tf:1\tfalse\tig\tmore\t{} {}\t{}\tp:{}\t{}\t{}\tCREATED\n",
            truth.id,
            truth.first,
            truth.last,
            truth.email,
            truth.phone,
            truth.company,
            truth.country
        );
        text.push_str(&row);
    }
    let wide: Vec<u8> =
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(truthful("facebook-lead-ads", &wide, &truths) >= 95);
    assert!(truthful("facebook-lead-ads", text.as_bytes(), &truths) >= 95);
}

#[test]
fn a_file_of_another_vendor_is_refused() {
    for shipped in SHIPPED {
        let refused = super::refused(&map(shipped.text), "x.csv", "alpha,beta\n1,2\n");
        assert!(refused.is_wrong_use(), "{}", shipped.name);
    }
}

#[test]
fn the_page_about_vendors_names_every_map() {
    let page = include_str!("../../../../../docs/how-to/import-vendors.md");
    for shipped in SHIPPED {
        assert!(page.contains(&format!("`{}`", shipped.name)), "{}", shipped.name);
    }
}

#[test]
fn aliases_and_missing_columns() {
    let map = super::one(
        "missing: leave out\naliases: { Mail: [E-mail, Email] }\nid: Nr\nsubject: { email: Mail }\nfields: { a: text }",
    );
    let read = signals(&map, "Email,a\nada@acme.example,x\n").remove(0);
    assert_eq!(identifier(&read, IdentifierKind::Email), "ada@acme.example");
    assert!(read.incoming.content.source_id.ends_with("-1"), "named by its cells");
    assert!(super::refused(&map, "x.csv", "a,b\n1,2\n").is_wrong_use(), "nobody is named");
    assert!(super::refused(&map, "x.csv", "Mail,Nr,Nr\n1,2,3\n").is_wrong_use(), "twice is twice");
    let strict =
        super::one("aliases: { Mail: Email }\nsubject: { email: Mail }\nfields: { a: text }");
    assert!(super::refused(&strict, "x.csv", "Email\n1\n").is_wrong_use());
    assert_eq!(signals(&strict, "Email,a\nada@acme.example,x\n").len(), 1);
    assert!(super::parse("source: a\nfiles: { a.csv: { kind: x, missing: skip } }").is_err());
}
