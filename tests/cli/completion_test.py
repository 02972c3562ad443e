"""Completion scripts and the manual page, by the programs that read them; and where an installation puts them."""
import pathlib
import re
import shutil
import subprocess
import unittest

from cli_case import BINARY, Case, needs, run_tests


def commands_of(help_text):
    return re.findall(r"(?m)^  (\w+) ", help_text.split("Subcommands:\n")[1].split("\n\n")[0])


def options_of(help_text):
    return re.findall(r"(?m)^  (?:-\w,)?(--[\w-]+)", help_text)


class Bash(Case):
    def setUp(self):
        super().setUp()
        self.script = self.folder / "hitbench.bash"
        self.script.write_text(self.run_it("completion", "bash").stdout)

    def completed(self, *words):
        """What bash offers for the last of these words; it splits them at "=", too."""
        split = [part for word in ("hitbench", *words) for part in re.split("(=)", word) if part or not word]
        script = ('. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hitbench; '
                  'for reply in "${COMPREPLY[@]}"; do echo "$reply"; done')
        done = subprocess.run(["bash", "--norc", "-uc", script, "bash", str(self.script), *split], cwd=self.folder,
                              capture_output=True, text=True, check=True, timeout=20)
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines()

    def test_commands_and_their_options(self):
        self.assertEqual(self.completed("re"), ["report", "record"])
        self.assertEqual(self.completed("--v"), ["--version"])
        for command in commands_of(self.run_it("--help").stdout):
            self.assertIn(command, self.completed(""))
            listed = options_of(self.run_it(command, "--help").stdout)
            self.assertEqual(sorted(self.completed(command, "--")), sorted(listed), command)
        self.assertEqual(self.completed("run", "--write"), ["--write-scenario"])
        self.assertNotIn("man", self.completed(""))

    def test_words_of_an_option(self):
        self.assertEqual(self.completed("run", "--format", "js"), ["json"])
        self.assertEqual(self.completed("run", "--format=js"), ["json"])
        self.assertEqual(self.completed("run", "--format="), self.completed("run", "--format", ""))
        self.assertEqual(self.completed("check", "--clock", ""), ["real", "virtual"])
        self.assertEqual(self.completed("run", "--ttl", ""), [])
        self.assertEqual(self.completed("run", "--export", "junit"), ["junit="])

    @needs("redis")
    def test_the_end_of_a_list(self):
        self.assertEqual(self.completed("run", "--cache", "memcached,red"), ["memcached,redis"])
        self.assertIn("write-through", self.completed("run", "--strategy", "write-"))

    def test_arguments(self):
        (self.folder / "one file.json").write_text("{}")
        self.assertEqual(self.completed("run", "one"), ["one file.json"])
        self.assertEqual(self.completed("run", "--output", "one"), ["one file.json"])
        self.assertEqual(self.completed("list", "cache-as"), ["cache-aside"])
        self.assertEqual(self.completed("completion", ""), ["bash", "zsh", "fish"])


class OtherShells(Case):
    def script_of(self, shell):
        script = self.folder / shell
        script.write_text(self.run_it("completion", shell).stdout)
        return script

    def test_every_command_and_option_is_in_each(self):
        for shell, form in (("zsh", "{}"), ("fish", " -l {}")):
            text = self.script_of(shell).read_text()
            for command in commands_of(self.run_it("--help").stdout):
                self.assertIn(command, text)
                for option in options_of(self.run_it(command, "--help").stdout):
                    self.assertIn(form.format(option if shell == "zsh" else option[2:]), text)

    def test_their_shells_read_them(self):
        for shell in ("zsh", "fish"):
            script = self.script_of(shell)
            done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, timeout=20)
            self.assertEqual((done.returncode, done.stderr), (0, ""), shell)

    def test_an_unknown_shell_is_named(self):
        done = self.run_it("completion", "bsah", expect=2)
        self.assertIn("there is no completion for 'bsah'. Did you mean 'bash'?", done.stderr)
        self.assertIn("one of: bash, zsh, fish", done.stderr)


class Manual(Case):
    def setUp(self):
        super().setUp()
        self.page = self.folder / "hitbench.1"
        self.page.write_text(self.run_it("man").stdout)

    @unittest.skipUnless(shutil.which("groff"), "no groff; apt-get install groff-base")
    def test_it_is_formatted_without_a_warning_and_has_every_command_and_option(self):
        # -b: where a warning comes from; -P-c: no colors, which overstriking then shows.
        done = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-b", "-P-cbou", "-rLL=100n", str(self.page)],
                              capture_output=True, text=True, check=True, timeout=20)
        self.assertEqual(done.stderr, "")
        for command in commands_of(self.run_it("--help").stdout):
            self.assertIn(f"hitbench {command} ", done.stdout)
            section = done.stdout.split(f"hitbench {command} ", 1)[1]
            for option in options_of(self.run_it(command, "--help").stdout):
                self.assertIn(option, section)
        for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "EXAMPLES"):
            self.assertRegex(done.stdout, rf"(?m)^{heading}$")
        self.assertIn("hitbench run --cache redis,memcached", done.stdout)

    def test_the_command_is_hidden(self):
        self.assertNotIn("\n  man ", self.run_it("--help").stdout)


class Installed(Case):
    def test_all_of_them_are_where_debian_has_them(self):
        build = pathlib.Path(BINARY).parent
        command = ["cmake", "--install", str(build), "--prefix", str(self.folder)]
        subprocess.run(command, capture_output=True, check=True, timeout=60)
        share = self.folder / "share"
        for file, command in (("bash-completion/completions/hitbench", ("completion", "bash")),
                              ("zsh/vendor-completions/_hitbench", ("completion", "zsh")),
                              ("fish/vendor_completions.d/hitbench.fish", ("completion", "fish")),
                              ("man/man1/hitbench.1", ("man",))):
            self.assertEqual((share / file).read_text(), self.run_it(*command).stdout, file)


if __name__ == "__main__":
    run_tests()
