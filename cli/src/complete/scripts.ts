/**
 * Scripts that a shell loads once to complete `tembo`. Each script calls the program, so the completions always match
 * the program's version.
 */
export const scripts = {
  bash: `# tembo completion for bash. Load it with: source <(tembo completion bash)
_tembo() {
  local line="\${COMP_LINE:0:COMP_POINT}" answer item
  COMPREPLY=()
  # Calls the program as it was typed. It prints one candidate per line, with a tab before its description.
  answer="$("\${COMP_WORDS[0]/#\\~/$HOME}" complete --line "$line" 2>/dev/null)" || return 0
  if [[ "$answer" == ":files" ]]; then
    compopt -o default
    return 0
  fi
  # In a word with = or :, bash replaces only the part after the last of them.
  local word="\${line##*[[:space:]]}"
  local before="\${word%"\${word##*[=:]}"}"
  while IFS=$'\\t' read -r item _; do
    [[ -n "$item" && "$item" == "$word"* ]] && COMPREPLY+=("\${item#"$before"}")
  done <<< "$answer"
}
complete -F _tembo tembo
`,
  zsh: `#compdef tembo
# tembo completion for zsh. Load it with: source <(tembo completion zsh)
_tembo() {
  local answer line value
  local -a items
  answer="$("\${(Q)words[1]/#\\~/$HOME}" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)" || return 1
  if [[ "$answer" == ":files" ]]; then
    _files
    return
  fi
  for line in "\${(@f)answer}"; do
    [[ -z "$line" ]] && continue
    value="\${line%%$'\\t'*}"
    # _describe treats a colon as the end of the value.
    items+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( \${#items} )) && _describe -V tembo items
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _tembo tembo
`,
  fish: `# tembo completion for fish. Load it with: tembo completion fish | source
function __tembo_complete
    set -l words (commandline -opc)
    set -l answer ($words[1] complete -- $words[2..] (commandline -ct) 2>/dev/null)
    or return
    if test "$answer" = ":files"
        __fish_complete_path (commandline -ct)
        return
    end
    printf '%s\\n' $answer
end
complete -c tembo -f -a '(__tembo_complete)'
`,
} as const;

export type Shell = keyof typeof scripts;
