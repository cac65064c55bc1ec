// What shells read once, at their start: all they do at a press of Tab is ask `gnocchictl __complete`.

/** The word under the cursor is what Readline has cut at = and : already; the answer fits that. */
const bash = `# bash completion for gnocchictl
_gnocchictl() {
  local IFS=$'\\n' line
  COMPREPLY=()
  compopt -o nospace 2>/dev/null
  while read -r line; do COMPREPLY+=("$line"); done < <(
    gnocchictl __complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null
  )
}
complete -F _gnocchictl gnocchictl
`

const zsh = `#compdef gnocchictl
# zsh completion for gnocchictl
_gnocchictl() {
  local -a whole open_ whole_texts open_texts
  local line value text
  for line in "\${(@f)$(gnocchictl __complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    text=\${line#*$'\\t'}
    [[ -n $value ]] || continue
    if [[ $text == open ]]; then
      open_+=("$value")
    else
      whole+=("$value")
      whole_texts+=("$value\${text:+  -- $text}")
    fi
  done
  (( $#whole )) && compadd -l -d whole_texts -a whole
  (( $#open_ )) && compadd -S '' -a open_
  (( $#whole + $#open_ ))
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _gnocchictl "$@"
else
  compdef _gnocchictl gnocchictl
fi
`

const fish = `# fish completion for gnocchictl
function __gnocchictl_complete
    set -l words (commandline -opc) (commandline -ct)
    gnocchictl __complete fish $words[2..-1] 2>/dev/null
end
complete -c gnocchictl -f -a '(__gnocchictl_complete)'
`

/** To add a shell, add its script here and its way of being answered to \`answers\` in ./answer.ts. */
export const completionScripts = {bash, zsh, fish} satisfies Record<string, string>
export type Shell = keyof typeof completionScripts
