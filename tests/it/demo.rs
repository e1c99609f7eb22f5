//! The demo as a newcomer runs it: it ends its days, explains a decision, stays up, and ends when told.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// The program, with a small world.
fn demo(more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concierge"));
    command.args(["demo", "--guests", "150", "--days", "3", "--listen", "127.0.0.1:0"]).args(more);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// What is printed up to a line that holds these words.
fn read_until(lines: &mut std::io::Lines<BufReader<ChildStdout>>, words: &str) -> Vec<String> {
    let mut read = Vec::new();
    for line in lines {
        read.push(line.expect("a line"));
        if read.last().is_some_and(|line| line.contains(words)) {
            return read;
        }
    }
    panic!("the demo ended before it said {words:?}:\n{}", read.join("\n"));
}

/// Ends with the test, also where it fails: the next one wants its ports.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        // It has ended by itself where all is well.
        let _ended = self.0.kill();
    }
}

fn terminate(child: &Ends) {
    let killed = Command::new("kill").arg("-TERM").arg(child.0.id().to_string()).status();
    assert!(killed.expect("kill").success());
}

#[test]
fn it_stays_up_for_the_newcomer_and_ends_when_told() {
    let mut child = Ends(demo(&[]).spawn().expect("the demo starts"));
    let mut lines = BufReader::new(child.0.stdout.take().expect("its output")).lines();
    let said = read_until(&mut lines, "Ctrl-C ends it").join("\n");
    assert!(
        said.contains("it is the same to the bit"),
        "the explained decision is replayed:\n{said}"
    );

    assert!(said.contains("One guest and her channels"), "{said}");
    let map: Vec<&str> =
        said.lines().filter(|line| line.contains('*') && line.contains('/')).collect();
    assert!(map.len() >= 3, "the best channel of each time is marked:\n{said}");
    for moment in ["in the office", "that evening", "on a holiday"] {
        assert!(said.contains(moment), "{said}");
    }

    let routed = said.lines().filter(|line| line.contains("front-office") && line.contains("Wei"));
    assert_eq!(routed.count(), 1, "who speaks Chinese gets the one who does:\n{said}");

    let word = |before: &str| {
        let rest = said.split(before).nth(1).expect(before);
        rest.split_whitespace().next().expect(before).to_owned()
    };
    let (server, key) = (word("stays up at "), word("CONCIERGE_KEY="));
    let call = |words: &[&str]| {
        let called = Command::new(env!("CARGO_BIN_EXE_concierge"))
            .args(words)
            .args(["--server", server.trim_end_matches('.'), "--key", &key])
            .output()
            .expect("it runs");
        assert!(called.status.success(), "{}", String::from_utf8_lossy(&called.stderr));
        String::from_utf8_lossy(&called.stdout).into_owned()
    };
    call(&["status"]);
    assert!(call(&["staff", "list", "--property", "lisbon-baixa"]).contains("Wei"));
    let learnt = call(&["segments", "learn", "--dry-run"]);
    assert!(learnt.contains(" ± ") && learnt.contains("nothing was put in force"), "{learnt}");
    units_and_rates(&call);

    terminate(&child);
    assert!(child.0.wait().expect("an end").success());
}

/// What revenue management and reception bring as files.
fn units_and_rates(call: &dyn Fn(&[&str]) -> String) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a plain name").to_owned()
    };
    let units = "property,offer,date,units\nlisbon-baixa,spa.sea-salt-massage,2030-01-05,4\n\
                 lisbon-baixa,spa.sea-salt-massage,2030-01-06,x\n";
    let (units, rejects) = (write("units.csv", units), write("rejects.csv", ""));
    let told = call(&["inventory", "import", &units, "--rejects", &rejects]);
    assert_eq!(told.trim(), "1 dates are set; 1 lines were not taken");
    let kept = std::fs::read_to_string(rejects).expect("what was not taken");
    assert!(kept.contains("3,units: is no whole number"), "{kept}");
    let rates = "property,room_type,date,currency,bid_price,hurdle,variable_cost\n\
                 algarve-cliffs,cliff-suite,2030-01-05,EUR,190.00,,20.50\n";
    call(&["rates", "import", &write("rates.csv", rates)]);
    assert_eq!(call(&["rates", "list", "--property", "algarve-cliffs"]), rates);
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    let run = || {
        let output = demo(&["--once", "--json", "--seed", "3"]).output().expect("the demo runs");
        assert!(output.status.success());
        let mut figures: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("one JSON object");
        let object = figures.as_object_mut().expect("an object");
        for time in ["p50_ms", "p99_ms", "decisions_per_second"] {
            assert!(object.remove(time).is_some_and(|t| t.is_number()), "{time}");
        }
        figures
    };
    let figures = run();
    assert_eq!(figures, run());
    for rate in ["accept_rate", "accept_rate_random", "accept_rate_popular", "accept_rate_oracle"] {
        let rate = figures[rate].as_f64().expect(rate);
        assert!((0.0..1.0).contains(&rate), "{rate}");
    }
    assert!(figures["decisions"].as_u64().is_some_and(|n| n > 50), "{figures}");
}
