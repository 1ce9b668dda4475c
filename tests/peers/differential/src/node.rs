//! Node, which answers one question after the other.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::comparison::Difference;

/// A process for as long as a comparison runs.
pub(crate) struct Node {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Node {
    /// Works in the repository's root, where `cargo xtask` starts us.
    pub(crate) fn start() -> Result<Self, Difference> {
        let mut child = Command::new("node")
            .arg("tests/peers/javascript/answers.mjs")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Difference("node has no pipes".to_owned()));
        };
        Ok(Self {
            child,
            questions,
            answers: BufReader::new(answers),
        })
    }

    /// What it answers, or why it refuses to.
    pub(crate) fn ask(&mut self, question: &Value) -> Result<Result<Value, String>, Difference> {
        let mut line = ascii(question)?;
        line.push('\n');
        self.questions.write_all(line.as_bytes())?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(Difference(format!(
                "node ended, see above: {}",
                self.child.wait()?
            )));
        }
        let mut told: Value = serde_json::from_str(&line)?;
        Ok(match told.get("refused").and_then(Value::as_str) {
            Some(cause) => Err(cause.to_owned()),
            None => Ok(told.get_mut("answer").map(Value::take).unwrap_or_default()),
        })
    }

    /// What it answers; it must not refuse.
    pub(crate) fn answer(&mut self, question: &Value) -> Result<Value, Difference> {
        let refused = |cause| Difference(format!("{cause}: {question}"));
        self.ask(question)?.map_err(refused)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// JSON in which every other character is escaped, so that no reader meets half of one.
fn ascii(value: &Value) -> Result<String, Difference> {
    let mut ascii = String::new();
    for c in serde_json::to_string(value)?.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(ascii, "\\u{unit:04x}")?;
            }
        }
    }
    Ok(ascii)
}
