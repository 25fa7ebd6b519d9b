//! What a study shows: everything that is drawn, written or claimed.

use crate::budget::Budget;
use crate::dashboard::{self, Page};
use crate::error::Result;
use crate::paths::{Home, write_whole};
use crate::plot::Figure;
use crate::study::claim::Claim;
use crate::study::runs::Provenance;
use crate::table::Table;
use serde::Serialize;
use std::path::PathBuf;

/// Dots per inch of every PNG.
pub const DOTS_PER_INCH: u32 = 300;

/// What a study shows: everything that is drawn, written or claimed.
#[derive(Debug, Clone)]
pub struct Results {
    /// Hash over the records it comes from.
    pub records: String,
    /// The numbers, by name.
    pub findings: serde_json::Value,
    /// The table of claims.
    pub claims: Vec<Claim>,
    /// Our figures, for `figures/`.
    pub figures: Vec<Figure>,
    /// The original's pictures under its names, for `data/NN/`.
    pub pictures: Vec<Figure>,
    /// The original's tables under its names and with its headers, for `data/NN/`.
    pub tables: Vec<(String, Table)>,
    /// Its other files, as text, for `data/NN/`.
    pub documents: Vec<(String, String)>,
    /// Its dashboard, for `figures/dashboards/NN/`; empty where it has none.
    pub pages: Vec<Page>,
}

impl Results {
    /// Findings alone; a study adds what else it has by update syntax.
    pub fn of(provenance: &Provenance, found: &impl Serialize) -> Self {
        Self {
            records: provenance.records.clone(),
            findings: serde_json::to_value(found).expect("findings hold numbers and words only"),
            claims: Vec::new(),
            figures: Vec::new(),
            pictures: Vec::new(),
            tables: Vec::new(),
            documents: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// Writes findings, claims, figures and the original's outputs; says which files.
    ///
    /// # Errors
    /// [`crate::error::Error::Io`].
    pub fn save(&self, study: &str, home: &Home, budget: Budget) -> Result<Vec<PathBuf>> {
        let mut files = vec![home.findings(study, budget)];
        write_whole(&files[0], self.findings_json().as_bytes())?;
        for figure in &self.figures {
            files.extend(figure.save(&home.figures(budget), DOTS_PER_INCH)?);
        }
        let outputs = home.outputs(study, budget);
        for figure in &self.pictures {
            files.extend(figure.save(&outputs, DOTS_PER_INCH)?);
        }
        for (name, table) in &self.tables {
            files.push(outputs.join(name));
            table.save_csv(&outputs.join(name))?;
        }
        for (name, text) in &self.documents {
            files.push(outputs.join(name));
            write_whole(&outputs.join(name), text.as_bytes())?;
        }
        files.extend(dashboard::save(&home.dashboard(study, budget), &self.pages)?);
        Ok(files)
    }

    /// The figure of this name.
    ///
    /// # Panics
    /// When there is none, naming those there are.
    pub fn figure(&self, name: &str) -> Figure {
        let there: Vec<&str> = self.figures.iter().map(|figure| figure.name.as_str()).collect();
        let found = self.figures.iter().find(|figure| figure.name == name);
        found.unwrap_or_else(|| panic!("there is no figure {name:?}; there is {}", there.join(", "))).clone()
    }

    /// Claims and findings as one JSON text.
    pub fn findings_json(&self) -> String {
        let json =
            serde_json::json!({ "records": self.records, "claims": self.claims, "findings": self.findings });
        serde_json::to_string_pretty(&json).expect("findings hold numbers and words only") + "\n"
    }
}
