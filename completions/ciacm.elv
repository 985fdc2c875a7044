
use builtin;
use str;

set edit:completion:arg-completer[ciacm] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'ciacm'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'ciacm'= {
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand scan 'Collect an inventory, evaluate the controls, record the findings'
            cand findings 'List and explain findings'
            cand controls 'List, explain, check and test controls'
            cand frameworks 'List frameworks and show where you stand with them'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page'
        }
        &'ciacm;scan'= {
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand aws 'Scan AWS accounts, reading only'
            cand snapshot 'Scan a recorded inventory, offline, with the verdicts of its time'
            cand demo 'Scan the built-in demo estate, offline: no account, no network'
        }
        &'ciacm;scan;aws'= {
            cand --profile 'The profile of the AWS configuration files; before credentials of the environment [env: AWS_PROFILE, after them]'
            cand --region 'Only this region (repeatable, or separated by commas) [default: all that the account has enabled]'
            cand --role-arn 'Scan the account of this role instead of your own (repeatable, one account each)'
            cand --external-id 'The external id that the roles'' trust policies ask for'
            cand --session-name 'The name of the role sessions, as CloudTrail will show it'
            cand --endpoint-url 'One endpoint for every service: an emulator or a private endpoint'
            cand --max-rate 'At most so many HTTP requests a second'
            cand --max-attempts 'At most so many attempts of one call'
            cand --call-timeout 'Give up an attempt of a call after so many seconds'
            cand --concurrency 'At most so many calls at once'
            cand --resume 'Go on with an interrupted scan [default: the latest]; its selection holds'
            cand --control 'Only this control (repeatable, or separated by commas)'
            cand --exclude 'Not this control (repeatable)'
            cand --framework 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)'
            cand --service 'Only controls of this service: s3, iam, ... (repeatable)'
            cand --severity 'Only controls of this severity or a worse one'
            cand --param 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)'
            cand --fail-on 'Exit with 1 if a finding of this severity or a worse one is open; `none` never'
            cand --record 'Write the inventory to this snapshot file, to scan it again offline'
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;scan;snapshot'= {
            cand --control 'Only this control (repeatable, or separated by commas)'
            cand --exclude 'Not this control (repeatable)'
            cand --framework 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)'
            cand --service 'Only controls of this service: s3, iam, ... (repeatable)'
            cand --severity 'Only controls of this severity or a worse one'
            cand --param 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)'
            cand --fail-on 'Exit with 1 if a finding of this severity or a worse one is open; `none` never'
            cand --record 'Write the inventory to this snapshot file, to scan it again offline'
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;scan;demo'= {
            cand --control 'Only this control (repeatable, or separated by commas)'
            cand --exclude 'Not this control (repeatable)'
            cand --framework 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)'
            cand --service 'Only controls of this service: s3, iam, ... (repeatable)'
            cand --severity 'Only controls of this severity or a worse one'
            cand --param 'Set a parameter of a control: AWS-IAM-004.max_age=60d (repeatable)'
            cand --fail-on 'Exit with 1 if a finding of this severity or a worse one is open; `none` never'
            cand --record 'Write the inventory to this snapshot file, to scan it again offline'
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;findings'= {
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand list 'List findings: by default those that are open, and what could not be evaluated'
            cand show 'Explain one finding: what, why, evidence, how to repair, history'
        }
        &'ciacm;findings;list'= {
            cand --severity 'This severity or a worse one'
            cand --status 'open, fixed, resolved or waived (repeatable)'
            cand --verdict 'PASS, FAIL, ERROR, NOT_APPLICABLE or MANUAL (repeatable)'
            cand --control 'A control id; `*` stands for any text (repeatable)'
            cand --framework 'Controls that serve this framework, or one requirement of it'
            cand --account 'An account (repeatable)'
            cand --region 'A region (repeatable)'
            cand --service 'A service: s3, iam, ... (repeatable)'
            cand --type 'A resource type: aws.s3.bucket, ... (repeatable)'
            cand --resource 'A text in the resource''s id or name (repeatable)'
            cand --scan 'As this scan left them [default: as they are now]'
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand --all 'Everything, whatever its verdict and status'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;findings;show'= {
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;controls'= {
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand list 'List controls'
            cand show 'Explain one control'
            cand lint 'Check control files: fields, types, expressions, framework ids, tests'
            cand test 'Run the tests that stand in control files'
            cand permissions 'Print the least-privilege IAM policy that scanning a selection needs'
            cand docs 'Write the reference pages of all controls and resource types'
        }
        &'ciacm;controls;list'= {
            cand --control 'Only this control (repeatable, or separated by commas)'
            cand --exclude 'Not this control (repeatable)'
            cand --framework 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)'
            cand --service 'Only controls of this service: s3, iam, ... (repeatable)'
            cand --severity 'Only controls of this severity or a worse one'
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;controls;show'= {
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;controls;lint'= {
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;controls;test'= {
            cand --control 'Only this control (repeatable, or separated by commas)'
            cand --exclude 'Not this control (repeatable)'
            cand --framework 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)'
            cand --service 'Only controls of this service: s3, iam, ... (repeatable)'
            cand --severity 'Only controls of this severity or a worse one'
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;controls;permissions'= {
            cand --control 'Only this control (repeatable, or separated by commas)'
            cand --exclude 'Not this control (repeatable)'
            cand --framework 'Only controls that serve this framework, or one requirement of it: soc2, cis-aws-7.0:6.3 (repeatable)'
            cand --service 'Only controls of this service: s3, iam, ... (repeatable)'
            cand --severity 'Only controls of this severity or a worse one'
            cand -o 'Write to this file instead of stdout'
            cand --output 'Write to this file instead of stdout'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;controls;docs'= {
            cand --write 'Write the pages below this directory'
            cand --check 'Compare the pages below this directory with the library'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;frameworks'= {
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand list 'List the frameworks and how much of each the controls cover'
            cand show 'List the requirements of a framework and the controls that serve them'
            cand status 'Show where you stand: per requirement met, failing, could not be evaluated, not covered'
        }
        &'ciacm;frameworks;list'= {
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;frameworks;show'= {
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;frameworks;status'= {
            cand --scan 'The scan to take, by its id or the beginning of it'
            cand --format 'How to print: `table` for people, `json` for programs (stable, documented in docs/json.md)'
            cand -o 'Write to this file instead of stdout; it appears whole or not at all'
            cand --output 'Write to this file instead of stdout; it appears whole or not at all'
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand --all 'Also list the requirements that no control covers'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;completions'= {
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
        &'ciacm;man'= {
            cand --home 'Where findings are kept [default: the platform''s data directory]'
            cand --controls 'Also load the controls of this directory (repeatable); the same id replaces a shipped control'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
        }
    ]
    $completions[$command]
}
