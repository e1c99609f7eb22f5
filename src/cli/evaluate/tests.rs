//! Logs whose answer is known, evaluated by the command.

use super::*;
use crate::learn::offpolicy::gate::Verdict;

use clap::Parser;

/// The command alone.
#[derive(Debug, Parser)]
struct Alone {
    #[command(flatten)]
    args: EvaluateArgs,
}

fn parsed(log: &Path, rest: &str) -> EvaluateArgs {
    let line = format!("evaluate {} {rest}", log.display());
    Alone::try_parse_from(line.split_whitespace()).unwrap().args
}

/// Guests like the spa or the bar; either was shown, the spa three times in four. Rewarded .6 where
/// it is what they like, else .1: uniform is worth .35, learned nearly .6.
fn log(folder: &Path, n: usize) -> PathBuf {
    let mut rng = SplitMix64::new(4);
    let mut text = String::new();
    for guest in 0..n {
        let likes = ["spa", "bar"][rng.below(2)];
        let (shown, p) = if rng.chance(0.75) { ("spa", 0.75) } else { ("bar", 0.25) };
        let reward = u8::from(rng.chance(if likes == shown { 0.6 } else { 0.1 }));
        let context = format!(r#"{{"likes":"{likes}"}}"#);
        let actions = r#"[{"id":"spa"},{"id":"bar"}]"#;
        text += &format!(r#"{{"guest":"{guest}","context":{context},"actions":{actions},"#);
        text += &format!(r#""action":"{shown}","selection_probability":{p},"reward":{reward}}}"#);
        text.push('\n');
    }
    let path = folder.join("log.jsonl");
    std::fs::write(&path, text).unwrap();
    path
}

fn values(answer: &Answer) -> Vec<f64> {
    let value = |report: &PolicyReport| match &report.report.verdict {
        Verdict::Answer(answer) => answer.value(),
        Verdict::Refused(_) => panic!("{:?}", report.report.advice),
    };
    answer.policies.iter().map(value).collect()
}

#[test]
fn what_a_policy_is_worth_is_found_however_it_learns() {
    let folder = tempfile::tempdir().unwrap();
    let path = log(folder.path(), 10_000);
    for how in ["", "--train-fraction 0.5", "--replay"] {
        let reports = run(&parsed(&path, how)).unwrap();
        let [uniform, popular, learned] = values(&reports)[..] else { panic!("three policies") };
        assert!((uniform - 0.35).abs() < 0.03, "{how}: {uniform}");
        assert!((popular - 0.35).abs() < 0.04, "{how}: {popular}");
        assert!((learned - 0.595).abs() < 0.04, "{how}: {learned}");
    }
}

#[test]
fn a_log_that_says_too_little_gets_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = log(folder.path(), 300);
    let reports = run(&parsed(&path, "--policy uniform")).unwrap();
    assert!(matches!(reports.policies[0].report.verdict, Verdict::Refused(_)));
    assert!(tables::footnotes(&reports).contains("1000"), "{}", tables::footnotes(&reports));
    assert!(tables::estimators(&reports.policies[0]).contains(Estimator::Snips.name()));
}

#[test]
fn policies_of_a_file_are_played_and_bad_ones_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = (log(folder.path(), 4_000), folder.path().join("policies.toml"));
    let policy = |exploration: &str| {
        let text = format!(
            "[[decision_policies]]\nid = \"bold\"\nexploration = {{ kind = {exploration} }}\n"
        );
        std::fs::write(&file, text).unwrap();
        run(&parsed(&path, &format!("--policy {}", file.display())))
    };
    let half = policy("\"EPSILON_GREEDY\", floor = 0.5").unwrap();
    assert_eq!(half.policies[0].policy, "bold");
    assert!((values(&half)[0] - 0.475).abs() < 0.04, "half of the way from uniform to learned");
    for (wrong, said) in
        [("\"EPSILON_GREEDY\", floor = 7", "floor"), ("\"THOMPSON\"", "cannot be evaluated")]
    {
        let refused = policy(wrong).unwrap_err();
        assert!(refused.to_string().contains(said), "{refused}");
        assert_eq!(refused.exit(), Exit::Usage);
    }
    let missing = run(&parsed(&path, "--policy nowhere")).unwrap_err();
    assert!(missing.to_string().contains("give uniform, popular"), "{missing}");
}

#[test]
fn a_bad_line_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    std::fs::write(&path, "{\"guest\":\"a\"}\n").unwrap();
    let refused = run(&parsed(&path, "")).unwrap_err();
    assert!(refused.to_string().contains("log.jsonl:1: "), "{refused}");
    std::fs::write(&path, "").unwrap();
    assert!(run(&parsed(&path, "")).unwrap_err().to_string().contains("no decisions"));
}
