//! Destinations that our own rules let nobody call are told before anything is sent there.

use super::program::{Place, example};

const PLACES: [(&str, bool); 9] = [
    ("kind = \"webhook\"\nendpoint = \"http://127.0.0.1:9/hook\"\n", true),
    ("kind = \"webhook\"\nendpoint = \"http://localhost:9/hook\"\n", true),
    ("kind = \"webhook\"\nendpoint = \"https://10.0.0.5/hook\"\n", true),
    ("kind = \"webhook\"\nendpoint = \"https://[::ffff:10.0.0.5]/hook\"\n", true),
    ("kind = \"webhook\"\nendpoint = \"http://0x7f.0.0.1/hook\"\n", true),
    ("kind = \"webhook\"\nendpoint = \"http://169.254.169.254/latest\"\n", true),
    ("kind = \"smtp\"\nhost = \"127.0.0.1\"\ntls = \"none\"\nfrom = \"b@acme.example\"\n", true),
    ("kind = \"webhook\"\nendpoint = \"https://93.184.216.34/hook\"\n", false),
    ("kind = \"file\"\npath = \"/tmp/baton-archive.jsonl\"\n", false),
];

#[test]
fn found_e9_apply_and_doctor_tell_of_an_address_that_may_not_be_called() {
    for (section, forbidden) in PLACES {
        let place = Place::new();
        place.write("baton.toml", format!("[destinations.crm-hook]\n{section}"));
        let applied = place.run(&["apply", &example("strategies/acme"), "--config", "baton.toml"]);
        assert_eq!(applied.code, Some(0), "{}", applied.err);
        assert_eq!(
            applied.err.contains("address-forbidden"),
            forbidden,
            "{section}{}",
            applied.err
        );
        let doctor = place.run(&["doctor", "--json", "--config", "baton.toml"]);
        assert_eq!(doctor.code, Some(i32::from(forbidden)), "{section}{}", doctor.err);
        let problems = doctor.json()["problems"].to_string();
        assert_eq!(problems.contains("address-forbidden"), forbidden, "{section}{problems}");
        // What the configuration allows is told of no more.
        let allowed = "[network]\nallow_private = [\"127.0.0.0/8\", \"::1\", \"10.0.0.5\", \"169.254.169.254\"]\n";
        place.write("baton.toml", format!("[destinations.crm-hook]\n{section}{allowed}"));
        let doctor = place.run(&["doctor", "--json", "--config", "baton.toml"]);
        assert_eq!(doctor.code, Some(0), "{section}{}{}", doctor.out, doctor.err);
    }
}
