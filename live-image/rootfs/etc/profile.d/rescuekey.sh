# A prompt that tells where one is: on the stick, not on the machine's own system.
PS1='\[\e[1;33m\]rescue-key\[\e[0m\]:\w# '
export EDITOR=nano PAGER=less
